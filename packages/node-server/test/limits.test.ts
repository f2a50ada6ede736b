// Every limit there is: what it is when nothing is said, what it may be, and what is told when it is reached: which option, and its value.
// docs/limits.md has the same table, line for line.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { encodeFrame, PING, TEXT } from '@framewire/protocol';
import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import {
  type Handler,
  type HandshakeError,
  type NodeConnection,
  type ServeOptions,
  serve,
  upgrade,
} from '../src/index.ts';
import { settleHandshake } from '../src/options.ts';
import { RawClient, request } from './support/raw-client.ts';
import { deferred, rawClient, start, until } from './support/servers.ts';

const PAGE = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
/** The largest whole number, and the longest time a timer can wait. */
const WHOLE = Number.MAX_SAFE_INTEGER;
const LONGEST = 2 ** 31 - 1;

const defaults = settleHandshake({});
const { transport, admission } = defaults;

/** What is heard of a limit that was reached. */
interface Told {
  readonly error: Error | undefined;
  /** The status of the response or the code of our Close frame; 0 where neither was sent. */
  readonly wire: number | undefined;
}

interface Row {
  /** As it is written, with a dot for one inside of another. */
  readonly option: string;
  readonly initial: string;
  /** The same, as the code has it. */
  readonly actual: unknown;
  readonly least: number;
  readonly most: number;
  /** What happens beyond it. */
  readonly beyond: string;
  readonly code: string;
  /** What is set, and the value that must be told. */
  readonly set?: ServeOptions;
  readonly value?: number;
  readonly wire?: number;
  readonly reach?: (options: ServeOptions) => Promise<Told>;
}

/** An open connection, both its sides. */
async function opened(
  options: ServeOptions,
  handler: Handler = (connection) => connection.listen({ message: () => {} }),
): Promise<{ connection: NodeConnection; client: RawClient }> {
  const found = deferred<NodeConnection>();
  const server = await start((connection, upgrade) => {
    found.resolve(connection);
    return handler(connection, upgrade);
  }, options);
  const client = await rawClient(server);
  client.send(request());
  await client.head();
  return { connection: await found.promise, client };
}

function frame(opcode: number, size: number, fin = true): Uint8Array {
  return encodeFrame({ opcode, fin, rsv1: false, payload: new Uint8Array(size).fill(97) } as never, 1);
}

/** The end of a connection. */
async function ended(connection: NodeConnection): Promise<Told> {
  const closure = await connection.closed;
  return { error: closure.error, wire: closure.sent?.code ?? 0 };
}

/** What comes of frames that the client sends. */
function sending(...frames: Uint8Array[]): (options: ServeOptions) => Promise<Told> {
  return async (options) => {
    const { connection, client } = await opened(options);
    client.send(...frames);
    await client.finished;
    client.socket.destroy();
    return ended(connection);
  };
}

/** What comes of a request. */
function asking(text: string): (options: ServeOptions) => Promise<Told> {
  return async (options) => {
    const { server, refused } = await refusing(options);
    const client = await rawClient(server);
    client.send(text);
    const { status } = await client.response();
    return { error: refused[0], wire: status };
  };
}

async function refusing(options: ServeOptions) {
  const refused: HandshakeError[] = [];
  const server = await start((connection) => connection.listen({ message: () => {} }), {
    ...options,
    onRefused: (error) => refused.push(error),
  });
  return { server, refused };
}

/** One connection more than there may be. */
async function oneConnectionMore(options: ServeOptions): Promise<Told> {
  const { server, refused } = await refusing(options);
  const first = await rawClient(server);
  first.send(request());
  await first.head();
  const second = await rawClient(server);
  second.send(request());
  const { status } = await second.response();
  return { error: refused[0], wire: status };
}

/** One socket more that says nothing. */
async function oneSocketMore(options: ServeOptions): Promise<Told> {
  const { server, refused } = await refusing({ ...options, handshakeTimeout: 600_000 });
  await rawClient(server);
  const second = new RawClient(connect((server.address as AddressInfo).port, '127.0.0.1'));
  await second.finished;
  return { error: refused[0], wire: second.received.length };
}

async function slowly(options: ServeOptions): Promise<Told> {
  const { connection, client } = await opened({ ...options, sendHighWater: 1 });
  client.socket.pause();
  while (connection.state === 'open') {
    connection.send(new Uint8Array(64 * KIB));
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.reset();
  return ended(connection);
}

const clocked = async (
  options: ServeOptions,
  act: (connection: NodeConnection, client: RawClient) => unknown = () => {},
): Promise<Told> => {
  const clock = new FakeClock();
  const { connection, client } = await opened({ ...options, clock });
  act(connection, client);
  await until(() => clock.pending > 0);
  await clock.advanceAsync(60_000);
  return ended(connection);
};

const ofMessages: Row[] = [
  {
    option: 'maxMessageSize',
    initial: '1 MiB; 16 MiB in `connect`',
    actual: transport.endpoint.maxMessageSize === MIB,
    least: 1,
    most: WHOLE,
    beyond: 'close 1009',
    code: 'MESSAGE_TOO_BIG',
    set: { maxMessageSize: 10 },
    value: 10,
    wire: 1009,
    reach: sending(frame(TEXT, 11)),
  },
  {
    option: 'maxStreamedMessageSize',
    initial: '1 GiB',
    actual: transport.endpoint.maxStreamedMessageSize === GIB,
    least: 1,
    most: WHOLE,
    beyond: 'close 1009',
    code: 'MESSAGE_TOO_BIG',
    set: { maxMessageSize: 5, maxStreamedMessageSize: 10 },
    value: 10,
    wire: 1009,
    reach: async (options) => {
      const { connection, client } = await opened(options, async (connection) => {
        for await (const stream of connection.streams()) for await (const _ of stream);
      });
      client.send(frame(TEXT, 11));
      await client.finished;
      return ended(connection);
    },
  },
  {
    option: 'maxFrameSize',
    initial: '1 GiB',
    actual: transport.endpoint.maxFrameSize === GIB,
    least: 1,
    most: WHOLE,
    beyond: 'close 1009',
    code: 'FRAME_TOO_BIG',
    set: { maxFrameSize: 10 },
    value: 10,
    wire: 1009,
    reach: sending(frame(TEXT, 11)),
  },
  {
    option: 'maxFragments',
    initial: '16,384',
    actual: transport.endpoint.maxFragments === 16_384,
    least: 1,
    most: WHOLE,
    beyond: 'close 1008',
    code: 'TOO_MANY_FRAGMENTS',
    set: { maxFragments: 2 },
    value: 2,
    wire: 1008,
    reach: sending(frame(TEXT, 1, false), frame(0, 0, false), frame(0, 0, false)),
  },
  {
    option: 'maxControlFrames.count',
    initial: '100',
    actual: transport.maxControlFrames.count === 100,
    least: 1,
    most: WHOLE,
    beyond: 'close 1008',
    code: 'TOO_MANY_CONTROL_FRAMES',
    set: { maxControlFrames: { count: 2 } },
    value: 2,
    wire: 1008,
    reach: sending(frame(PING, 0), frame(PING, 0), frame(PING, 0)),
  },
  {
    option: 'maxControlFrames.window',
    initial: '10,000 ms',
    actual: transport.maxControlFrames.window === 10_000,
    least: 1,
    most: LONGEST,
    beyond: 'the count begins again',
    code: '',
  },
  {
    option: 'maxQueuedPongs',
    initial: '16',
    actual: transport.endpoint.maxQueuedPongs === 16,
    least: 1,
    most: WHOLE,
    beyond: 'only the latest Ping is answered',
    code: '',
  },
];

const ofQueues: Row[] = [
  {
    option: 'sendHighWater',
    initial: '1 MiB',
    actual: transport.sendHighWater === MIB,
    least: 1,
    most: WHOLE,
    beyond: '`send` returns false, `drained` waits',
    code: '',
  },
  {
    option: 'maxSendQueue',
    initial: '4 MiB, or `sendHighWater` where that is more',
    actual: transport.maxSendQueue === 4 * MIB,
    least: MIB, // as much as sendHighWater
    most: WHOLE,
    beyond: 'close 1008, or what `slowConsumer` says',
    code: 'SLOW_CONSUMER',
    set: { maxSendQueue: 100_000 },
    value: 100_000,
    wire: 1008,
    reach: slowly,
  },
  {
    option: 'receiveHighWater',
    initial: '256 KiB',
    actual: transport.inbox.highWater === 256 * KIB,
    least: 1,
    most: WHOLE,
    beyond: 'the socket is not read',
    code: '',
  },
  {
    option: 'messagesPerTurn',
    initial: '64',
    actual: transport.messagesPerTurn === 64,
    least: 1,
    most: WHOLE,
    beyond: 'other connections come first',
    code: '',
  },
  {
    option: 'bytesPerTurn',
    initial: '64 KiB',
    actual: transport.bytesPerTurn === 64 * KIB,
    least: 1,
    most: WHOLE,
    beyond: 'other connections come first',
    code: '',
  },
  {
    option: 'deflate.maxJobs',
    initial: '4',
    actual: true,
    least: 1,
    most: WHOLE,
    beyond: 'the message waits for its turn',
    code: '',
  },
];

const ofTime: Row[] = [
  {
    option: 'handshakeTimeout',
    initial: '10,000 ms',
    actual: defaults.handshakeTimeout === 10_000,
    least: 1,
    most: LONGEST,
    beyond: '408; 503 in `authorize`; gone where nothing was asked yet',
    code: 'HANDSHAKE_TIMEOUT',
    set: { handshakeTimeout: 2_000 },
    value: 2_000,
    wire: 408,
    reach: async (options) => {
      const clock = new FakeClock();
      const { server, refused } = await refusing({ ...options, clock });
      const client = await rawClient(server);
      client.send('GET');
      // A socket that has said nothing is not answered, so it has to be read first. That shows when another is answered behind it.
      const other = await rawClient(server);
      other.send('BAD\r\n\r\n');
      await other.finished;
      await until(() => refused.length === 1);
      refused.length = 0;
      clock.advance(2_000);
      return { error: refused[0], wire: (await client.response()).status };
    },
  },
  {
    option: 'keepalive.interval',
    initial: '25,000 ms',
    actual: true,
    least: 1,
    most: LONGEST,
    beyond: 'a Ping',
    code: '',
  },
  {
    option: 'keepalive.deadline',
    initial: '20,000 ms',
    actual: transport.pongDeadline === 20_000,
    least: 1,
    most: LONGEST,
    beyond: 'the socket is destroyed',
    code: 'PONG_TIMEOUT',
    set: { keepalive: { interval: 1_000, deadline: 3_000 } },
    value: 3_000,
    wire: 0,
    reach: (options) => clocked(options),
  },
  {
    option: 'closeTimeout',
    initial: '5,000 ms',
    actual: transport.closing.delay === 5_000,
    least: 1,
    most: LONGEST,
    beyond: 'the socket is destroyed',
    code: 'CLOSE_TIMEOUT',
    set: { closeTimeout: 4_000, keepalive: false },
    value: 4_000,
    wire: 1000,
    reach: (options) => clocked(options, (connection) => void connection.close()),
  },
];

const ofAdmission: Row[] = [
  {
    option: 'maxHeadBytes',
    initial: '16 KiB',
    actual: true, // below
    least: 1,
    most: WHOLE,
    beyond: '431',
    code: 'HEAD_TOO_LARGE',
    set: { maxHeadBytes: 200 },
    value: 200,
    wire: 431,
    reach: asking(request({ X: 'x'.repeat(200) })),
  },
  {
    option: 'maxFields',
    initial: '100',
    actual: true, // below
    least: 1,
    most: WHOLE,
    beyond: '431',
    code: 'HEAD_TOO_LARGE',
    set: { maxFields: 5 },
    value: 5,
    wire: 431,
    reach: asking(request({ X: 'one too many' })),
  },
  {
    option: 'maxConnections',
    initial: '100,000',
    actual: admission.maxConnections === 100_000,
    least: 1,
    most: WHOLE,
    beyond: '503',
    code: 'UNAVAILABLE',
    set: { maxConnections: 1 },
    value: 1,
    wire: 503,
    reach: oneConnectionMore,
  },
  {
    option: 'maxConnectionsPerAddress',
    initial: '`maxConnections`',
    actual: admission.maxConnectionsPerAddress === admission.maxConnections,
    least: 1,
    most: WHOLE,
    beyond: '503',
    code: 'UNAVAILABLE',
    set: { maxConnectionsPerAddress: 1 },
    value: 1,
    wire: 503,
    reach: oneConnectionMore,
  },
  {
    option: 'maxPendingHandshakes',
    initial: '4,096',
    actual: admission.maxPendingHandshakes === 4_096,
    least: 1,
    most: WHOLE,
    beyond: 'the socket is reset; 503 in `upgrade`',
    code: 'UNAVAILABLE',
    set: { maxPendingHandshakes: 1 },
    value: 1,
    wire: 0,
    reach: oneSocketMore,
  },
  {
    option: 'maxPendingHandshakesPerAddress',
    initial: '`maxPendingHandshakes`',
    actual: admission.maxPendingHandshakesPerAddress === admission.maxPendingHandshakes,
    least: 1,
    most: WHOLE,
    beyond: 'the socket is reset; 503 in `upgrade`',
    code: 'UNAVAILABLE',
    set: { maxPendingHandshakesPerAddress: 1 },
    value: 1,
    wire: 0,
    reach: oneSocketMore,
  },
];

const rows = [...ofAdmission, ...ofTime, ...ofMessages, ...ofQueues];

/** The options with one of them set, also one inside of another. */
function withOption(option: string, value: unknown): ServeOptions {
  const [outer = '', inner] = option.split('.');
  return { [outer]: inner === undefined ? value : { [inner]: value } };
}

function written(value: number): string {
  if (value === WHOLE) return '2^53 - 1';
  return value === LONGEST ? '2^31 - 1' : String(value);
}

describe.each(rows)('$option', (row) => {
  it('is what the table says when nothing is said', () => {
    expect(row.actual).toBe(true);
  });

  it('is checked, from the least to the most it may be', async () => {
    const { option, least, most } = row;
    const serving = (value: unknown) => serve(() => {}, { port: 0, host: '127.0.0.1', ...withOption(option, value) });
    for (const value of [least - 1, most + 1, Number.NaN, Number.POSITIVE_INFINITY, String(least), null]) {
      expect(() => serving(value)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
      expect(() => serving(value)).toThrow(option);
    }
    for (const value of [least, most]) await (await serving(value)).close();
  });

  it('is in docs/limits.md', () => {
    const { option, initial, least, most, beyond, code } = row;
    const range = option === 'maxSendQueue' ? '`sendHighWater` to 2^53 - 1' : `${least} to ${written(most)}`;
    const told = code === '' ? '' : `\`${code}\``;
    expect(PAGE).toContain(`| \`${option}\` | ${initial} | ${range} | ${beyond} | ${told} |\n`);
  });
});

describe('who reaches a limit', () => {
  it.each(rows.filter(({ reach }) => reach !== undefined))(
    'is told $code, and we are told $option and its value',
    async ({ option, code, set = {}, value, wire, reach }) => {
      const told = await reach?.(set);
      const { error } = told as Told;
      const cause = error?.cause as Error | undefined;
      expect([
        (error as { code?: string } | undefined)?.code,
        (cause as { code?: string } | undefined)?.code,
      ]).toContain(code);
      const message = `${error?.message} ${cause?.message}`;
      const [name = ''] = option.split('.count');
      expect(message).toContain(name);
      expect(message).toMatch(new RegExp(`\\b${value}\\b`));
      expect(told?.wire).toBe(wire);
    },
  );

  it('has a row for every limit that can be told', () => {
    const names = Object.keys(settleHandshake({}).transport.endpoint).filter((name) => name.startsWith('max'));
    expect(rows.map(({ option }) => option)).toEqual(expect.arrayContaining(names));
  });
});

it('the page has no other rows', () => {
  const [table = ''] = PAGE.split('## Elsewhere');
  const options = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, option]) => option);
  expect(options.sort()).toEqual(rows.map(({ option }) => option).sort());
});

it('upgrade() has the same limits but for those of the head, which is read by the HTTP server', () => {
  for (const { option, least } of rows) {
    const attaching = () => upgrade(createServer(), () => {}, withOption(option, least - 1));
    expect(attaching).toThrow(option);
  }
});

it('a head of 16 KiB and a byte, and one of 101 fields, are too large', async () => {
  const fields = Object.fromEntries(Array.from({ length: 96 }, (_, i) => [`x${i}`, '']));
  const large = request({ X: 'x'.repeat(16 * KIB + 1 - request({ X: '' }).length) });
  for (const [text, option] of [
    [large, 'maxHeadBytes'],
    [request(fields), 'maxFields'],
  ] as const) {
    const { error, wire } = await asking(text)({});
    expect(error?.message).toContain(option);
    expect(wire).toBe(431);
  }
});
