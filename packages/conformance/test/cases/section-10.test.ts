import { describe, expect, it } from 'vitest';
import type { EchoFault } from '../support/echo-endpoint.ts';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../support/judge.ts';

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['echoes changed', '10.1.1', /different from octet 65535 on\.$/],
];

describe('section 10', () => {
  it('passes a server and a client that do everything right', async () => {
    expect(failures(await reportOnServer(sectionCases('10'), {}, { timeout: 5000 }))).toEqual([]);
    expect(failures(await reportOnClient(sectionCases('10')))).toEqual([]);
  });

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });
});
