import { describe, expect, it } from 'vitest';
import type { EchoFault } from '../support/echo-endpoint.ts';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../support/judge.ts';

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['accepts reserved bits', '3.1', /Expected a Close frame with 1002, and received a text message/],
  ['accepts reserved bits', '3.2', /Expected a Close frame with 1002, and received a text message/],
  ['accepts reserved bits', '3.6', /Expected a Close frame with 1002, and received a Pong/],
  ['accepts reserved bits', '3.7', /Expected a Close frame with 1002, and received a Close frame with 1000\.$/],
];

describe('section 3', () => {
  it('passes a server and a client that do everything right', async () => {
    expect(failures(await reportOnServer(sectionCases('3'), {}, { timeout: 5000 }))).toEqual([]);
    expect(failures(await reportOnClient(sectionCases('3')))).toEqual([]);
  });

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });
});
