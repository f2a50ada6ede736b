import { describe, expect, it } from 'vitest';
import type { EchoFault } from '../support/echo-endpoint.ts';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../support/judge.ts';

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['never closes', '7.1.1', /Expected a Close frame with 1000, and received nothing in time\.$/],
  ['accepts invalid codes', '7.9.4', /Expected a Close frame with 1002, and received a Close frame with the code 1005/],
  [
    'accepts invalid codes',
    '7.5.1',
    /Expected a Close frame with 1002 or 1007, and received a Close frame with 1000\.$/,
  ],
  ['drops tcp', '7.3.2', /Expected a Close frame with 1002, and received the end of the TCP connection\.$/],
  ['echoes changed', '7.1.6', /different from octet 262143 on\.$/],
  ['ends tcp at once', '7.1.6', /Expected a Close frame with 1000, and received the end of the TCP connection\.$/],
  ['keeps tcp open', '7.7.1', /Expected the end of the TCP connection, and received nothing in time\.$/],
];

describe('section 7', () => {
  it('passes a server and a client that do everything right', async () => {
    expect(failures(await reportOnServer(sectionCases('7'), {}, { timeout: 5000 }))).toEqual([]);
    expect(failures(await reportOnClient(sectionCases('7')))).toEqual([]);
  });

  it('passes a server that answers the Close frame before it has echoed what came with it', async () => {
    expect(failures(await reportOnServer([caseOf('7.1.6')], { faults: ['echoes a turn later'] }))).toEqual([]);
  });

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });
});
