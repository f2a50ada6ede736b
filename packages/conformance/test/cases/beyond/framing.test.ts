import { describe, expect, it } from 'vitest';
import { caseOf, judgeClient, judgeServer, sectionCases } from '../../support/judge.ts';
import { failedIds, reportOnWsClient, reportOnWsServer } from '../../support/ws-endpoint.ts';

/** ws takes lengths that are longer than they need be, and breaks off when more than 60 Pongs wait. */
const DEVIATIONS = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `framing.2.${number}`),
  ...[12, 13, 16, 17].map((number) => `framing.4.${number}`),
];

describe('section framing', () => {
  it('passes ws as a server but for what ws is known to do', async () => {
    expect(failedIds(await reportOnWsServer(sectionCases('framing')))).toEqual(DEVIATIONS);
  });

  it('passes ws as a client but for what ws is known to do', async () => {
    expect(failedIds(await reportOnWsClient(sectionCases('framing')))).toEqual(DEVIATIONS);
  });

  it.each([
    ['framing.1.1', /Expected a Close frame with 1002, and received a text message, “Hello”/],
    ['framing.2.1', /Expected a Close frame with 1002, and received a text message, no payload\.$/],
    ['framing.2.14', /received nothing in time\.$/],
    ['framing.2.15', /received nothing in time\.$/],
  ])('fails a server that looks at neither masks nor lengths in case %s', async (id, failure) => {
    const result = await judgeServer(caseOf(id));
    expect(result.failure).toMatch(failure);
    expect(result.outcome).toBe('fail');
  });

  it.each([
    ['framing.1.1', 'ends tcp at once'],
    ['framing.2.24', 'accepts long control frames'],
  ] as const)('passes a server that does one of the things the RFC allows in case %s: it %s', async (id, fault) => {
    expect((await judgeServer(caseOf(id), { faults: [fault] })).outcome).toBe('pass');
  });

  it.each(['framing.2.20', 'framing.2.21'])('passes a server that waits for the rest in case %s', async (id) => {
    expect((await judgeServer(caseOf(id))).outcome).toBe('pass');
  });

  it('fails a client that accepts masked frames', async () => {
    const result = await judgeClient(caseOf('framing.1.7'));
    expect(result.failure).toMatch(/Expected a Close frame with 1002, and received a text message, “Hello”/);
  });

  it.each([
    ['accepts reserved bits', 'framing.3.1', /received a text message, “Hello”/],
    ['accepts reserved opcodes', 'framing.3.7', /Expected a Close frame with 1002, and received/],
    ['accepts a message inside a message', 'framing.4.23', /Expected a Close frame with 1002, and received/],
    ['accepts orphans', 'framing.4.25', /Expected a Close frame with 1002, and received/],
    ['never pongs', 'framing.4.16', /Expected a Pong/],
    ['echoes changed', 'framing.5.17', /different from octet 1048575 on/],
    ['echoes twice', 'framing.5.1', /and received a text message, “Hello”/],
  ] as const)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.failure).toMatch(failure);
    expect(result.outcome).toBe('fail');
  });
});
