// V9: reading a head takes time that grows as its size does: twice the bytes, at most 2.3 times the time, from 1 byte to 16 KiB, whatever the head is
// made of and however it is cut, checked, parsed, refused or not. Times are of the CPU and the best of many, and a pair that is off is measured again:
// only what is off every time fails.

import {
  checkRequest,
  checkResponse,
  parseExtensions,
  RequestHeadDecoder,
  ResponseHeadDecoder,
} from '@framewire/protocol';
import { describe, expect, it } from 'vitest';

const LARGEST = 16 * 1024;
const MOST = 2.3;
const TRIES = 40;
/** Shorter runs tell more about the clock than about the code. In microseconds. */
const LEAST_RUN = 1500;

const HEAD =
  'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const STATUS = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';

/** So many bytes of repetitions. */
function filled(size: number, text: string): string {
  return text.repeat(Math.ceil(size / text.length)).slice(0, size);
}

const LIMITS = { maxHeadBytes: 8 * LARGEST, maxFields: 4 * LARGEST };

const HEADS: readonly (readonly [name: string, head: (size: number) => string])[] = [
  ['one long value', (size) => `${HEAD}X: ${filled(size, 'y')}\r\n\r\n`],
  ['spaces within a value', (size) => `${HEAD}X: a${filled(size, ' ')}b\r\n\r\n`],
  ['tabs within an extension', (size) => `${HEAD}Sec-WebSocket-Extensions: a${filled(size, '\t')};b\r\n\r\n`],
  ['many short fields', (size) => `${HEAD}${filled(size, 'A: b\r\n').replace(/[^\n]*$/, '')}\r\n`],
  [
    'many fields of one name',
    (size) => `${HEAD}${filled(size, 'Sec-WebSocket-Protocol: a\r\n').replace(/[^\n]*$/, '')}\r\n`,
  ],
  ['a list of commas', (size) => `${HEAD}Connection: ${filled(size, ', ')}\r\n\r\n`],
  ['a list of words', (size) => `${HEAD}Upgrade: ${filled(size, 'a,')}\r\n\r\n`],
  ['many extensions', (size) => `${HEAD}Sec-WebSocket-Extensions: ${filled(size, 'permessage-deflate, ')}x\r\n\r\n`],
  ['many parameters', (size) => `${HEAD}Sec-WebSocket-Extensions: x${filled(size, '; a=b')}\r\n\r\n`],
  ['quotes and backslashes', (size) => `${HEAD}Sec-WebSocket-Extensions: x; a="${filled(size, '\\a')}\r\n\r\n`],
  ['many subprotocols', (size) => `${HEAD}Sec-WebSocket-Protocol: ${numbered(size)}\r\n\r\n`],
  ['a long target', (size) => `GET /${filled(size, 'a/../')} HTTP/1.1\r\n${HEAD.slice(16)}\r\n`],
  ['a long host', (size) => `${HEAD.replace('Host: x', `Host: ${filled(size, '%41')}`)}\r\n`],
  ['a long origin', (size) => `${HEAD}Origin: http://${filled(size, 'a.')}\r\n\r\n`],
];

function numbered(size: number): string {
  let text = '';
  for (let i = 0; text.length < size; i++) text += `p${i}, `;
  return `${text}p`;
}

const POLICY = { secure: false, subprotocols: ['chat'] };

/** Runs to its end, whatever that is. */
function attempt(run: () => unknown): void {
  try {
    run();
  } catch {
    // To refuse takes its time, too.
  }
}

function readRequest(bytes: Uint8Array, piece: number): void {
  attempt(() => {
    const decoder = new RequestHeadDecoder(LIMITS);
    for (let at = 0; at < bytes.length; at += piece) {
      const decoded = decoder.push(bytes.subarray(at, at + piece));
      if (decoded !== undefined) checkRequest(decoded.head, POLICY);
    }
  });
}

function readResponse(bytes: Uint8Array, piece: number): void {
  attempt(() => {
    const decoder = new ResponseHeadDecoder(LIMITS);
    for (let at = 0; at < bytes.length; at += piece) {
      const decoded = decoder.push(bytes.subarray(at, at + piece));
      if (decoded !== undefined) checkResponse(decoded.head, { host: 'x', key: 'dGhlIHNhbXBsZSBub25jZQ==' });
    }
  });
}

/** Microseconds of CPU that one run takes, the best of a few rounds. */
function cost(run: () => void): number {
  let times = 1;
  for (;;) {
    const spent = cpu(run, times);
    if (spent >= LEAST_RUN) break;
    times = spent < 50 ? times * 8 : Math.ceil((times * LEAST_RUN * 1.2) / spent);
  }
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) best = Math.min(best, cpu(run, times) / times);
  return best;
}

function cpu(run: () => void, times: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The least ratio that was seen: noise only adds. */
function ratio(one: () => void, two: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES && least > MOST; i++) least = Math.min(least, cost(two) / cost(one));
  return least;
}

/** The costs of the smallest heads are all the same, and this much more does not hide what is worse than linear. */
const SIZES: readonly number[] = [1, 1024, 4096, LARGEST / 2];

describe('V9: twice the bytes take at most 2.3 times the time', () => {
  it.each(HEADS)('in a request with %s', (_, make) => {
    for (const size of SIZES) {
      const [one, two] = [size, 2 * size].map((bytes) => Buffer.from(make(bytes), 'latin1')) as [Buffer, Buffer];
      expect(
        ratio(
          () => readRequest(one, one.length),
          () => readRequest(two, two.length),
        ),
        `${size} bytes`,
      ).toBeLessThan(MOST);
    }
  });

  it('in a request that comes byte by byte, or ends in no field', () => {
    for (const size of SIZES) {
      const [one, two] = [size, 2 * size].map((bytes) => Buffer.from(`${HEAD}X: ${filled(bytes, 'y z ')}\r\n\r\n`)) as [
        Buffer,
        Buffer,
      ];
      for (const piece of [1, 7, 100]) {
        expect(
          ratio(
            () => readRequest(one, piece),
            () => readRequest(two, piece),
          ),
          `${size} by ${piece}`,
        ).toBeLessThan(MOST);
      }
    }
  });

  it.each(HEADS)('in a response with %s', (_, make) => {
    const size = LARGEST / 2;
    const [one, two] = [size, 2 * size].map((bytes) => Buffer.from(make(bytes).replace(HEAD, STATUS), 'latin1')) as [
      Buffer,
      Buffer,
    ];
    expect(
      ratio(
        () => readResponse(one, one.length),
        () => readResponse(two, two.length),
      ),
    ).toBeLessThan(MOST);
  });

  // Below 64 bytes these are other texts, which end elsewhere.
  it.each(['a,', 'a;', 'a; b="c', 'a; b="\\c"', ' ', '\t;', '"', 'a; b = c,'])(
    'in a list of extensions made of %j',
    (text) => {
      for (const size of [64, ...SIZES.slice(1)]) {
        const [one, two] = [filled(size, text), filled(2 * size, text)];
        expect(
          ratio(
            () => void parseExtensions([one]),
            () => void parseExtensions([two]),
          ),
          `${size} bytes`,
        ).toBeLessThan(MOST);
      }
    },
  );
});
