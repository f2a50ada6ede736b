import { describe, expect, it } from 'vitest';
import type { FramesCase } from '../../src/case.ts';
import { formatDeflate } from '../../src/wire/deflate-parameters.ts';
import type { EchoFault } from '../support/echo-endpoint.ts';
import {
  caseOf,
  failures,
  judgeClient,
  judgeServer,
  reportOnClient,
  reportOnServer,
  sectionCases,
} from '../support/judge.ts';

const CASES = sectionCases('12') as readonly FramesCase[];
const OFFER = 'permessage-deflate; client_max_window_bits';

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['changes the third message', '12.1.1', /Expected a text message, .* received a text message, .*\.$/],
  ['changes the third message', '12.2.10', /Expected a binary message, .* different from octet 65536 on\.$/],
  ['changes the third message', '12.5.15', /Expected a binary message, .* different from octet 65536 on\.$/],
  ['forgets the third message', '12.1.2', /Expected a text message, .* received a text message, /],
  ['forgets the third message', '12.4.18', /Expected a text message, .* received a text message, /],
  ['echoes the third message late', '12.3.4', /Expected a binary message, .* received a binary message, /],
  ['echoes twice', '12.3.5', /Expected a binary message, .* received a binary message, /],
  ['echoes binary', '12.4.6', /Expected a text message, .* received a binary message, /],
  [
    'sets rsv1 on continuations',
    '12.1.5',
    /received a frame of opcode 0 with the reserved bits RSV1 \(RFC 6455 5\.2\)\.$/,
  ],
  ['sets rsv2', '12.1.5', /received a frame of opcode 1 with the reserved bits RSV1, RSV2 \(RFC 6455 5\.2\)\.$/],
  ['forgets the context', '12.1.5', /received a Close frame with 1007\.$/],
  [
    'writes invalid deflate',
    '12.1.5',
    /received a compressed message that cannot be inflated .* \(RFC 7692 7\.2\.2\)\.$/,
  ],
];

describe('section 12', () => {
  it('offers compression and demands nothing', () => {
    for (const { deflate } of CASES) {
      expect(deflate?.offers.map(formatDeflate)).toEqual([OFFER]);
      expect(deflate?.answers.map(formatDeflate)).toEqual(['permessage-deflate']);
    }
  });

  it('passes a server that does everything right', async () => {
    const some = CASES.filter(({ id, heavy }) => heavy !== true || id.startsWith('12.1.'));
    expect(failures(await reportOnServer(some, { deflate: {} }))).toEqual([]);
  }, 30_000);

  it('passes a client that does everything right', async () => {
    const some = CASES.filter(({ id }) => id.startsWith('12.3.'));
    expect(failures(await reportOnClient(some, { offer: OFFER }))).toEqual([]);
  }, 30_000);

  it('grants what a client demands of the server', async () => {
    const offer = 'permessage-deflate; server_no_context_takeover; server_max_window_bits=9';
    expect(await judgeClient(caseOf('12.1.5'), { offer })).toMatchObject({ outcome: 'pass' });
  });

  it('passes a server that forgets its context and says so', async () => {
    const deflate = { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 9 };
    expect(await judgeServer(caseOf('12.4.6'), { deflate })).toMatchObject({ outcome: 'pass' });
  });

  it('never passes who declines', async () => {
    const server = await reportOnServer(CASES);
    expect(server.totals).toEqual({ pass: 0, fail: 0, 'not supported': 90 });
    expect(server.cases[0]?.failure).toBe('The server declined permessage-deflate.');
    expect(await judgeClient(caseOf('12.1.1'))).toMatchObject({
      outcome: 'not supported',
      failure: 'The client did not offer permessage-deflate.',
    });
  }, 30_000);

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault], deflate: {} });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });

  it('fails a client that changes a message', async () => {
    const result = await judgeClient(caseOf('12.2.5'), { faults: ['changes the third message'], offer: OFFER });
    expect(result.failure).toMatch(/Expected a binary message, .* different from octet 2048 on\.$/);
  });
});
