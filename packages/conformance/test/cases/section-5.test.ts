import { describe, expect, it } from 'vitest';
import type { EchoFault } from '../support/echo-endpoint.ts';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../support/judge.ts';

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['accepts fragmented control frames', '5.1', /Expected a Close frame with 1002, and received a Pong, “fragment1”/],
  ['pongs late', '5.6', /Expected a Pong, “between” \(7 octets\), and received a text message/],
  ['pongs late', '5.19', /Expected a Pong, “ping 1” \(6 octets\), and received nothing in time\.$/],
  ['accepts orphans', '5.9', /Expected a Close frame with 1002, and received a text message/],
  ['accepts orphans', '5.17', /Expected a Close frame with 1002, and received a text message, “fragment1”/],
  [
    'accepts a message inside a message',
    '5.18',
    /Expected a Close frame with 1002, and received a text message, “fragment2”/,
  ],
];

describe('section 5', () => {
  it('passes a server and a client that do everything right', async () => {
    expect(failures(await reportOnServer(sectionCases('5'), {}, { timeout: 5000 }))).toEqual([]);
    expect(failures(await reportOnClient(sectionCases('5')))).toEqual([]);
  });

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });
});
