import { describe, expect, it } from 'vitest';
import type { EchoFault } from '../support/echo-endpoint.ts';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../support/judge.ts';

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['checks no utf-8', '6.3.1', /Expected a Close frame with 1007, and received a text message that is not valid UTF-8/],
  ['checks utf-8 late', '6.4.1', /Expected a Close frame with 1007, and received nothing in time\.$/],
  ['checks utf-8 late', '6.4.4', /Expected a Close frame with 1007, and received nothing in time\.$/],
  ['closes with 1000', '6.20.1', /Expected a Close frame with 1007, and received a Close frame with 1000\.$/],
  ['echoes changed', '6.2.4', /received a text message that is not valid UTF-8/],
];

describe('section 6', () => {
  it('passes a server and a client that do everything right', async () => {
    expect(failures(await reportOnServer(sectionCases('6'), {}, { timeout: 5000 }))).toEqual([]);
    expect(failures(await reportOnClient(sectionCases('6')))).toEqual([]);
  });

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });
});
