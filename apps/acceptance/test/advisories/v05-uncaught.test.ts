// V5: nothing a peer sends may end the process, in either role, and no listener of the user is needed for that. Every head and every frame that is
// known to be wrong, each mutated again and again from a seed; before that, what has ended other people's processes. That each known wrong input gets
// the right answer is test/bad-input.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket, connect as tcp } from 'node:net';
import { acceptKey } from '@framewire/protocol';
import { SeededRandom } from '@framewire/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../../../packages/protocol/test/vectors/wire.ts';
import { head, KEY, openingRequest } from '../../src/attack.ts';
import { MeasuredServer } from '../../src/measured-server.ts';
import { Victim } from '../../src/victim.ts';
import { FAILED, FRAMES, REFUSED } from '../bad-input/rows.ts';

const SEED = 6455;
const LANES = 8;
const RUNS = 600;

/** Bits flipped, bytes cut out, doubled or put in: at most a few, so that what is right about the input leads deep inside. */
function mutated(bytes: Uint8Array, random: SeededRandom): Buffer {
  let mutant = Buffer.from(bytes);
  for (let i = random.integer(0, 4); i > 0 && mutant.length > 0; i--) {
    const at = random.integer(0, mutant.length - 1);
    const end = Math.min(mutant.length, at + random.integer(1, 8));
    const kind = random.integer(0, 3);
    if (kind === 0)
      mutant[at] = (mutant[at] as number) ^ (1 << random.integer(0, 7)); // it is in range
    else if (kind === 1) mutant = Buffer.concat([mutant.subarray(0, at), mutant.subarray(end)]);
    else if (kind === 2) mutant = Buffer.concat([mutant.subarray(0, end), mutant.subarray(at)]);
    else mutant = Buffer.concat([mutant.subarray(0, at), random.bytes(random.integer(1, 8)), mutant.subarray(at)]);
  }
  return mutant;
}

/** Sends the bytes in one piece or two, and goes in one of the ways there are. */
async function throwAt(socket: Socket, bytes: Uint8Array, random: SeededRandom): Promise<void> {
  const cut = random.integer(0, bytes.length);
  const way = random.integer(0, 2);
  socket.on('error', () => undefined).resume();
  socket.write(bytes.subarray(0, cut));
  await new Promise((resolve) => setImmediate(resolve));
  socket.write(bytes.subarray(cut));
  if (way === 0) socket.end();
  else await new Promise((resolve) => setTimeout(resolve, random.integer(0, 3)));
  if (way === 1) socket.resetAndDestroy();
  else if (way === 2) socket.destroy();
  if (way === 0)
    await new Promise((resolve) => void socket.setTimeout(100).on('close', resolve).on('timeout', resolve));
  socket.destroy();
}

async function inLanes(count: number, run: (random: SeededRandom, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: LANES }, async () => {
    while (next < count) {
      const index = next++;
      await run(new SeededRandom(SEED + index), index);
    }
  });
  await Promise.all(lanes);
}

const DEFLATE = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits';
/** What has ended processes, or could. */
const INFAMOUS: readonly (readonly [name: string, request: Uint8Array])[] = [
  ['2,000 headers', openingRequest(...Array.from({ length: 2000 }, (_, i) => `X-${i}: y`))],
  ['a header named constructor', openingRequest('constructor: x', 'hasOwnProperty: x', 'toString: x')],
  [
    'a header named __proto__',
    openingRequest('__proto__: x', 'Sec-WebSocket-Protocol: __proto__, constructor, valueOf'),
  ],
  [
    'extensions named after properties',
    openingRequest('Sec-WebSocket-Extensions: constructor, __proto__; __proto__=1, permessage-deflate; constructor'),
  ],
  ['a header that is not ASCII', openingRequest('X-\u00e9: \u00ff\u00fe', 'Origin: http://\u00e4')],
  ['values that are not ASCII', openingRequest('Sec-WebSocket-Protocol: \u00e4\u00ff', 'Cookie: \u0080')],
  ...['', '0', '7', '16', '99999999999999999999', '-1', '1e1', '"', '"8', 'NaN', '08'].map(
    (bits) =>
      [
        `window bits of ${bits}`,
        openingRequest(
          `Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=${bits}; client_max_window_bits=${bits}`,
        ),
      ] as const,
  ),
  ['RSV1 without an extension', Buffer.concat([openingRequest(), Buffer.of(0xc1, 0x80, 0, 0, 0, 0)])],
  ['RSV2 and RSV3 with one', Buffer.concat([openingRequest(DEFLATE), Buffer.of(0xf1, 0x80, 0, 0, 0, 0)])],
  ['an endless target', head(`GET /${'a'.repeat(20_000)} HTTP/1.1`, 'Host: x')],
  ['nothing but colons', Buffer.from(':'.repeat(20_000))],
  ['nothing but line ends', Buffer.from('\r\n'.repeat(10_000))],
  ['a hello of TLS', Buffer.from('16030100f8010000f40303', 'hex')],
];

describe('V5: a server of ours lives', () => {
  const servers: MeasuredServer[] = [];
  const KINDS = ['none', 'beside', 'upgrade'] as const;

  beforeAll(async () => {
    const options = { deflate: true, handshakeTimeout: 1000, subprotocols: ['chat'] } as const;
    servers.push(
      ...(await Promise.all(KINDS.map((http) => MeasuredServer.start({ application: 'echo', http, options })))),
    );
  });

  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  async function stillServes(): Promise<void> {
    for (const server of servers) {
      expect(server.lives).toBe(true);
      expect(server.printed).toBe('');
      expect((await server.measure()).heapUsed).toBeGreaterThan(0);
    }
  }

  it.each(INFAMOUS)('%s', async (_, bytes) => {
    for (const { port } of servers) {
      for (let i = 0; i < 3; i++) await throwAt(tcp(port, '127.0.0.1'), bytes, new SeededRandom(SEED + i));
    }
    await stillServes();
  });

  it(`${RUNS} mutants of wrong and right requests and frames`, async () => {
    const requests = [
      ...REFUSED.map(({ raw }) => Buffer.from(raw, 'latin1')),
      openingRequest(),
      openingRequest(DEFLATE),
    ];
    const rows = FRAMES.filter(({ role }) => role === 'server');
    await inLanes(RUNS, async (random, index) => {
      const server = servers[index % servers.length] as MeasuredServer; // the index is in range
      // Half of them get in, to do their harm with frames.
      const row = rows[random.integer(0, rows.length - 1)] as (typeof rows)[number];
      const request = requests[random.integer(0, requests.length - 1)] as Buffer;
      const inside = Buffer.concat([
        row.deflate ? openingRequest(DEFLATE) : openingRequest(),
        mutated(fromHex(row.bytes), random),
      ]);
      await throwAt(tcp(server.port, '127.0.0.1'), index % 2 === 0 ? inside : mutated(request, random), random);
    });
    await stillServes();
  });
});

describe('V5: a client of ours lives', () => {
  it(`${RUNS / 2} mutants of wrong and right responses and frames, and unrequested subprotocols and extensions`, async () => {
    const victim = new Victim('victim-client.mjs');
    const responses = FAILED.map(({ raw }) => raw);
    const rows = FRAMES.filter(({ role }) => role === 'client');
    const good = (accept: string, ...more: string[]) =>
      head(
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${accept}`,
        ...more,
      );
    let served = 0;
    let settle: () => void = () => undefined;
    const server = createServer((socket) => {
      const index = served++;
      const random = new SeededRandom(SEED + index);
      socket.once('data', (request: Buffer) => {
        const key = /\r\nSec-WebSocket-Key: (.+)\r\n/.exec(request.toString('latin1'))?.[1] ?? KEY;
        const accept = acceptKey(key);
        const row = rows[random.integer(0, rows.length - 1)] as (typeof rows)[number];
        const raw = responses[random.integer(0, responses.length - 1)] as string;
        const bytes = [
          () => mutated(Buffer.from(raw, 'latin1'), random),
          () => mutated(good(accept), random),
          () =>
            good(
              accept,
              ...(random.integer(0, 1) === 0
                ? ['Sec-WebSocket-Protocol: constructor']
                : ['Sec-WebSocket-Extensions: x-y']),
            ),
          () =>
            Buffer.concat([
              good(accept, ...(row.deflate ? ['Sec-WebSocket-Extensions: permessage-deflate'] : [])),
              mutated(fromHex(row.bytes), random),
            ]),
        ] as const;
        void throwAt(socket, (bytes[index % 4] as () => Buffer)(), random).then(() => settle());
      });
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (let told = 0; told < RUNS / 2; told += LANES) {
      for (let lane = 0; lane < LANES; lane++) {
        const application = lane % 2 === 0 ? 'told' : 'untold';
        victim.tell({ url, application, options: { deflate: lane % 4 < 2, handshakeTimeout: 400 } });
      }
      let done = 0;
      await new Promise<void>((resolve) => {
        settle = () => {
          if (++done === LANES) resolve();
        };
      });
      expect(victim.lives).toBe(true);
    }
    expect(victim.printed).toBe('');
    await victim.stop();
    server.close();
  });
});
