import { describe, expect, it } from 'vitest';
import type { DeflateParameters } from '../../../src/wire/deflate-parameters.ts';
import { caseOf, judgeClient, judgeServer, sectionCases } from '../../support/judge.ts';
import { failedIds, reportOnWsClient, reportOnWsServer } from '../../support/ws-endpoint.ts';

/** ws delivers what it can inflate of a stream that was cut off. */
const CUT_OFF = ['deflate.1.32', 'deflate.1.33', 'deflate.1.34'];

const numbered = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}.${from + index}`);

describe('section deflate', () => {
  it('passes ws as a server but for what ws is known to do: it refuses the handshake where it must decline an offer', async () => {
    expect(failedIds(await reportOnWsServer(sectionCases('deflate')))).toEqual([
      ...CUT_OFF,
      ...numbered('deflate.3', 1, 23),
      'deflate.3.33',
      'deflate.3.34',
    ]);
  });

  it('passes ws as a client but for what ws is known to do: it accepts a zero before a number, and two answers', async () => {
    expect(failedIds(await reportOnWsClient(sectionCases('deflate')))).toEqual([
      ...CUT_OFF,
      'deflate.4.12',
      'deflate.4.13',
      'deflate.4.16',
    ]);
  });

  it.each([
    ['forgets the context', 'deflate.1.20', {}, /Expected a text message, “Hello”/],
    ['exceeds the window', 'deflate.2.16', { serverMaxWindowBits: 9 }, /cannot be inflated/],
    ['checks no utf-8', 'deflate.1.38', {}, /Expected a Close frame with 1007/],
    ['sets rsv2', 'deflate.1.1', {}, /reserved bits/],
    ['writes invalid deflate', 'deflate.1.1', {}, /cannot be inflated/],
    ['echoes changed', 'deflate.2.14', {}, /not valid UTF-8/],
    ['never pongs', 'deflate.2.10', {}, /received nothing in time/],
  ] as const)('fails a server that %s in case %s', async (fault, id, deflate: DeflateParameters, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault], deflate });
    expect(result.failure).toMatch(failure);
    expect(result.outcome).toBe('fail');
  });

  it('fails a server that answers with an offer that was wrong', async () => {
    const fields = { 'Sec-WebSocket-Extensions': 'permessage-deflate' };
    const result = await judgeServer(caseOf('deflate.3.1'), { fields });
    expect(result.failure).toBe('Expected no extension, because none was offered, and received “permessage-deflate”.');
  });

  it('passes a server that says goodbye when TCP ends in the middle of a compressed message', async () => {
    const options = { faults: ['says goodbye when tcp ends'], deflate: {} } as const;
    expect((await judgeServer(caseOf('deflate.2.25'), options)).outcome).toBe('pass');
  });

  it('passes a server that declines a wrong offer', async () => {
    expect((await judgeServer(caseOf('deflate.3.1'))).outcome).toBe('pass');
  });

  it('cannot judge a server that declines', async () => {
    expect((await judgeServer(caseOf('deflate.1.1'))).outcome).toBe('not supported');
    expect((await judgeServer(caseOf('deflate.3.24'))).outcome).toBe('not supported');
  });

  it('asks for no context and no window that was not agreed on', async () => {
    const deflate = { clientNoContextTakeover: true };
    expect((await judgeServer(caseOf('deflate.1.20'), { deflate })).outcome).toBe('pass');
    const offer = 'permessage-deflate; server_max_window_bits=9';
    expect((await judgeClient(caseOf('deflate.1.21'), { offer })).outcome).toBe('pass');
  });

  it('fails a client that takes a wrong answer', async () => {
    const result = await judgeClient(caseOf('deflate.4.1'), { trusting: true });
    expect(result.failure).toMatch(/because the response was wrong, and received/);
  });
});
