// What two peers must be able to do with each other. A scenario is told from our side, and is the same whether ours is the client or the server;
// the peer does what the last part of the path says (peers/acts.mjs). A step that throws has failed.

import { isDeepStrictEqual } from 'node:util';
import type { Closure, Message, NodeConnection } from '@framewire/node-client';
import { patterned, payloads, same } from '../peers/payloads.mjs';
import type { Ability } from '../src/peers.ts';
import { framesPerMessage, type Side, type Wire } from './wiretap.ts';

/** What the peer's library told its user about the end of a connection. */
export interface Seen {
  readonly path: string;
  readonly code: number;
  readonly reason: string;
  readonly error?: string;
}

/** What a step has to do with. */
interface Turn {
  readonly connection: NodeConnection;
  /** What the peer saw of the end. */
  seen(): Promise<Seen>;
}

/** Something of ours that is not in every version. */
export type Feature = 'deflate' | 'sendStream';

export interface Step {
  /** What the peer is to do. */
  readonly act: string;
  run(turn: Turn): Promise<void>;
  /** Looks at what was on the wire when all is over. */
  check?(wire: { readonly ours: Side; readonly theirs: Side } & Wire): void;
}

export interface Scenario {
  /** The heading of its column. */
  readonly name: string;
  /** What it takes to pass. */
  readonly about: string;
  /** What the peer must be able to. */
  readonly asks: readonly Ability[];
  /** What we must be able to. */
  readonly takes?: Feature;
  readonly steps: readonly Step[];
}

const REASON = 'fin \u{1f44b}';
const LONGEST_REASON = '漢'.repeat(41); // 123 bytes
const FRAGMENTED: readonly Message[] = ['漢字かな'.repeat(6_000), patterned(70_001)];
const COMPRESSIBLE: readonly Message[] = [
  'All work and no play. '.repeat(3_000),
  new Uint8Array(65_536).fill(7),
  'short',
];
const LARGE = 1024 * 1024;

const ALL = payloads();
const TEXTS = ALL.filter((payload) => typeof payload === 'string');
const BINARIES = ALL.filter((payload) => typeof payload !== 'string');

/** Sends everything at once while it reads what comes back, and says which messages came back changed. */
async function echoes({ connection }: Turn, sent: readonly Message[]): Promise<void> {
  for (const message of sent) connection.send(message);
  await comesBack(connection, sent);
}

async function comesBack(connection: NodeConnection, sent: readonly Message[]): Promise<void> {
  const changed: string[] = [];
  let received = 0;
  for await (const message of connection) {
    const wanted = sent[received] ?? '';
    if (!same(message, wanted)) changed.push(`${describe(wanted)} came back as ${describe(message)}`);
    if (++received === sent.length) break;
  }
  if (received < sent.length) throw new Error(`only ${received} of ${sent.length} messages came back`);
  if (changed.length > 0) throw new Error(changed.join('; '));
}

function describe(message: Message): string {
  if (typeof message !== 'string') return `${message.length} bytes`;
  const short = [...message].slice(0, 8).join('');
  return `the text ${JSON.stringify(short)} (${message.length} code units)`.replace('\ufeff', '\\ufeff');
}

function mustBe(what: string, got: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(got, wanted)) return;
  throw new Error(`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
}

/** We close; the peer hears why, and answers. */
function closedByUs(code: number, reason: string): Step {
  return {
    act: 'echo',
    async run(turn) {
      await echoes(turn, ['before']);
      const { clean, sent, receivedFirst } = await turn.connection.close(code, reason);
      mustBe(
        'how it closed',
        { clean, sent, receivedFirst },
        { clean: true, sent: { code, reason }, receivedFirst: false },
      );
      const seen = await turn.seen();
      mustBe('what the peer saw', { code: seen.code, reason: seen.reason }, { code, reason });
    },
  };
}

/** The peer closes; we hear why, and our answer ends it cleanly. */
function closedByThem(code: number, reason: string): Step {
  return {
    act: `close-${code}`,
    async run({ connection }) {
      const closure: Closure = await connection.closed;
      const { clean, received, receivedFirst } = closure;
      mustBe(
        'how it closed',
        { clean, received, receivedFirst },
        { clean: true, received: { code, reason }, receivedFirst: true },
      );
    },
  };
}

function fragmented(side: Side, who: string): void {
  const counts = framesPerMessage(side);
  if (counts.length >= FRAGMENTED.length && counts.every((count) => count >= 3)) return;
  throw new Error(`${who} sent messages of ${counts.join(' and ')} frames, not of 3 or more`);
}

/** Long and short, compressible and not, twice, so that what an endpoint keeps between messages is used. */
function compressible(turn: Turn): Promise<void> {
  const others = TEXTS.filter((text) => !text.startsWith('\ufeff'));
  return echoes(turn, [...COMPRESSIBLE, ...others, patterned(70_001), ...COMPRESSIBLE]);
}

function compressed({ client, server }: Wire, side: Side, who: string): void {
  const field = /^sec-websocket-extensions:.*permessage-deflate/m;
  if (!field.test(client.head)) throw new Error('the client did not offer permessage-deflate');
  if (!field.test(server.head)) throw new Error('the server did not accept permessage-deflate');
  if (!side.frames.some(({ rsv1 }) => rsv1)) throw new Error(`${who} compressed nothing`);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'text',
    about: `${TEXTS.length} texts sent at once, empty to 300 kB, of one to four bytes a character, come back unchanged and in order.`,
    asks: [],
    steps: [{ act: 'echo', run: (turn) => echoes(turn, TEXTS) }],
  },
  {
    name: 'binary',
    about: 'So do bytes, of each length at which a frame’s header changes.',
    asks: [],
    steps: [
      {
        act: 'echo',
        run: (turn) =>
          echoes(
            turn,
            BINARIES.filter(({ length }) => length < LARGE),
          ),
      },
    ],
  },
  {
    name: 'large',
    about: 'So do 1 MiB and 4,000,000 bytes.',
    asks: [],
    steps: [
      {
        act: 'echo',
        run: (turn) => echoes(turn, [patterned(LARGE), ...BINARIES.filter(({ length }) => length >= LARGE)]),
      },
    ],
  },
  {
    name: 'fragments from peer',
    about: 'Text and binary messages of 70 kB that the peer sends in three frames or more.',
    asks: ['fragments'],
    steps: [
      {
        act: 'fragments',
        run: (turn) => echoes(turn, FRAGMENTED),
        check: ({ theirs }) => fragmented(theirs, 'the peer'),
      },
    ],
  },
  {
    name: 'fragments to peer',
    about: 'The same messages, sent by us in three frames or more.',
    asks: [],
    takes: 'sendStream',
    steps: [
      {
        act: 'echo',
        async run({ connection }) {
          for (const message of FRAGMENTED) await sendInPieces(connection, message);
          await comesBack(connection, FRAGMENTED);
        },
        check: ({ ours }) => fragmented(ours, 'our side'),
      },
    ],
  },
  {
    name: 'ping from peer',
    about: 'Our Pong has the payload of its Ping.',
    asks: ['ping'],
    steps: [
      {
        act: 'ping',
        run: (turn) => echoes(turn, ['after the Ping']),
        check({ ours, theirs }) {
          const pings = theirs.frames.filter(({ opcode }) => opcode === 9).map(({ payload }) => payload.toString());
          const pongs = ours.frames.filter(({ opcode }) => opcode === 10).map(({ payload }) => payload.toString());
          if (pings.length === 0) throw new Error('no Ping came');
          mustBe('what our Pongs hold', pongs, pings);
        },
      },
    ],
  },
  {
    name: 'ping to peer',
    about: 'It answers `connection.ping()`, also between messages.',
    asks: [],
    steps: [
      {
        act: 'echo',
        async run(turn) {
          const first = turn.connection.ping();
          await echoes(turn, ['between', 'two Pings']);
          const times = [await first, await turn.connection.ping()];
          if (!times.every((time) => time > 0)) throw new Error(`the round trips took ${times.join(' and ')} ms`);
        },
      },
    ],
  },
  {
    name: 'closed by us',
    about:
      '1000, 3001 and 4999 with reasons up to 123 bytes: the peer’s API tells its user the code and the reason, and it answers cleanly.',
    asks: [],
    steps: [closedByUs(1000, ''), closedByUs(3001, REASON), closedByUs(4999, LONGEST_REASON)],
  },
  {
    name: 'closed by peer',
    about: 'The same the other way, with 1000 and 4001.',
    asks: [],
    steps: [closedByThem(1000, ''), closedByThem(4001, REASON)],
  },
  {
    name: 'deflate to peer',
    about: 'permessage-deflate is agreed on, we compress, and everything comes back unchanged.',
    asks: ['deflate'],
    takes: 'deflate',
    steps: [{ act: 'echo', run: compressible, check: ({ ours, ...wire }) => compressed(wire, ours, 'our side') }],
  },
  {
    name: 'deflate from peer',
    about: 'The peer compresses, too.',
    asks: ['deflate', 'compress'],
    takes: 'deflate',
    steps: [{ act: 'echo', run: compressible, check: ({ theirs, ...wire }) => compressed(wire, theirs, 'the peer') }],
  },
];

/** Sends a message as a stream of chunks, each of which becomes at least one frame. */
async function sendInPieces(connection: NodeConnection, message: Message): Promise<void> {
  const size = Math.ceil(message.length / 4);
  const chunks = [0, 1, 2, 3].map((at) => message.slice(at * size, (at + 1) * size));
  await connection.sendStream(chunks, { type: typeof message === 'string' ? 'text' : 'binary' });
}
