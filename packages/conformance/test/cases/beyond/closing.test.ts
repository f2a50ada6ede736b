import { describe, expect, it } from 'vitest';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../../support/judge.ts';
import { failedIds, reportOnWsClient, reportOnWsServer } from '../../support/ws-endpoint.ts';

const PLAIN = sectionCases('closing').filter((one) => one.kind === 'frames' && one.deflate === undefined);

describe('section closing', () => {
  it('passes a server and a client that do everything right', async () => {
    expect(failures(await reportOnServer(PLAIN, {}, { timeout: 5000 }))).toEqual([]);
    expect(failures(await reportOnClient(PLAIN))).toEqual([]);
  });

  it('passes ws', async () => {
    expect(failedIds(await reportOnWsServer(sectionCases('closing')))).toEqual([]);
    expect(failedIds(await reportOnWsClient(sectionCases('closing')))).toEqual([]);
  });

  it.each([
    ['answers a Close frame before it has echoed what came with it', 'closing.2.27', 'echoes a turn later'],
    ['says goodbye when TCP ends', 'closing.2.21', 'says goodbye when tcp ends'],
    ['says goodbye when TCP ends after a message', 'closing.2.22', 'says goodbye when tcp ends'],
  ] as const)('passes a server that %s', async (_, id, fault) => {
    expect(failures(await reportOnServer([caseOf(id)], { faults: [fault] }))).toEqual([]);
  });

  it('fails a server that says goodbye with a code that is never sent', async () => {
    const result = await judgeServer(caseOf('closing.2.21'), {
      faults: ['says goodbye when tcp ends', 'closes with 1005'],
    });
    expect(result.failure).toMatch(/received a Close frame with the code 1005/);
  });

  it.each([
    ['accepts invalid codes', 'closing.1.11', /Expected a Close frame with 1002, and received/],
    ['accepts invalid codes', 'closing.1.12', /Expected a Close frame with 1002, and received/],
    ['accepts invalid codes', 'closing.1.32', /Expected a Close frame with 1007 or 1002, and received/],
    ['closes with 1000', 'closing.2.17', /Expected a Close frame with 1002, and received a Close frame with 1000/],
    ['keeps tcp open', 'closing.2.1', /Expected the end of the TCP connection, and received nothing in time/],
    ['talks after close', 'closing.2.6', /octets after its Close frame/],
    ['never closes', 'closing.1.1', /received nothing in time/],
  ] as const)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.failure).toMatch(failure);
    expect(result.outcome).toBe('fail');
  });
});
