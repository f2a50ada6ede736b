import { describe, expect, it } from 'vitest';
import type { EchoFault } from '../support/echo-endpoint.ts';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../support/judge.ts';

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['never pongs', '2.2', /Expected a Pong, “Hello, world!” \(13 octets\), and received nothing in time\.$/],
  [
    'pongs wrongly',
    '2.3',
    /Expected a Pong, 0x00fffefdfcfb00ff \(8 octets\), and received a Pong, “wrong” \(5 octets\)\.$/,
  ],
  ['pongs wrongly', '2.10', /Expected a Pong, “payload-0” \(9 octets\) or .*, and received a Pong, “wrong”/],
  [
    'accepts long control frames',
    '2.5',
    /Expected a Close frame with 1002, and received a control frame of 126 octets/,
  ],
  ['closes with 1000', '2.5', /Expected a Close frame with 1002, and received a Close frame with 1000\.$/],
  ['drops tcp', '2.5', /Expected a Close frame with 1002, and received the end of the TCP connection\.$/],
];

describe('section 2', () => {
  it('passes a server and a client that do everything right', async () => {
    expect(failures(await reportOnServer(sectionCases('2'), {}, { timeout: 5000 }))).toEqual([]);
    expect(failures(await reportOnClient(sectionCases('2')))).toEqual([]);
  });

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });
});
