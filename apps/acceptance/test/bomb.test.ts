// A bomb is a message that is small on the wire and large when it is inflated, up to 1,032 times. Whole or split over frames, it is stopped at
// the limit of a message: 1009, and no more memory than the limit and 1 MiB, as the kernel saw it. The process lives.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { constants, deflateRawSync } from 'node:zlib';
import { encodeFrame, type Frame, frames } from '@framewire/protocol';
import { expect, it, onTestFinished } from 'vitest';
import { RawSocket } from '../src/raw-socket.ts';
import { at, node } from '../src/runtimes.ts';

const MIB = 1024 * 1024;
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** As small as zlib can make so many zeroes. */
function bomb(size: number): Uint8Array {
  const step = new Uint8Array(16 * MIB);
  const options = { level: 9, finishFlush: constants.Z_FULL_FLUSH };
  const one = deflateRawSync(step, options);
  return Buffer.concat(Array.from({ length: size / step.length }, () => one)).subarray(0, -4);
}

function inFrames(payload: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(payload.length / size);
  return Array.from({ length: count }, (_, i) => {
    const frame: Frame = {
      opcode: i === 0 ? 2 : 0,
      fin: i === count - 1,
      rsv1: i === 0,
      payload: payload.subarray(i * size, (i + 1) * size),
    };
    return encodeFrame(frame, 0x1234_5678);
  });
}

/** A victim, and its memory. */
async function startVictim(options: object): Promise<{ port: number; peak(): Promise<number> }> {
  const child = spawn(node(24), [at('peers/deflate-victim.mjs'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<number> => Number((await lines.next()).value);
  return {
    port: await next(),
    peak: () => {
      child.stdin.write('\n');
      return next();
    },
  };
}

/** Sends a message of the size that is fine, and waits for the answer. */
async function fine(port: number, size: number, frame: number): Promise<void> {
  const message = Buffer.alloc(size);
  for (let i = 0; i < size / 20; i++) message.writeUInt32LE((i * 2_654_435_761) >>> 0, i * 20);
  const payload = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const close = encodeFrame({ opcode: 8, fin: true, rsv1: false, payload: Uint8Array.of(3, 232) }, 0);
  const socket = await opened(port);
  for (const part of [...inFrames(payload, frame), close]) await socket.send(part);
  await socket.finished;
  socket.destroy();
  expect(socket.rest.includes('880203e8', 0, 'hex')).toBe(true);
}

/** A connection that has agreed on compression. */
async function opened(port: number): Promise<RawSocket> {
  const socket = await RawSocket.to(port);
  const lines = ['GET / HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Key: ${KEY}`];
  const extension = 'Sec-WebSocket-Extensions: permessage-deflate';
  await socket.send(Buffer.from([...lines, 'Sec-WebSocket-Version: 13', extension, '\r\n'].join('\r\n')));
  expect(await socket.head()).toContain('permessage-deflate');
  return socket;
}

/** Throws the bomb, and returns the code it is answered with. */
async function thrown(port: number, parts: readonly Uint8Array[]): Promise<number> {
  const socket = await opened(port);
  for (const part of parts) await socket.send(part);
  await socket.finished;
  const [close] = [...frames([socket.rest], 'client')];
  socket.destroy();
  expect(close?.opcode).toBe(8);
  return Buffer.from(close?.payload ?? []).readUInt16BE(0);
}

const VICTIMS: readonly (readonly [string, object])[] = [
  ['without context takeover', { deflate: true }],
  ['with context takeover', { deflate: { receiveContextTakeover: true } }],
  ['with a limit of 8 MiB', { deflate: true, maxMessageSize: 8 * MIB }],
];

for (const [how, options] of VICTIMS) {
  const { maxMessageSize = MIB } = options as { maxMessageSize?: number };

  it.each([
    ['whole', 2 ** 30],
    ['in fragments of 1,000 bytes', 1000],
    ['in fragments of 10 bytes', 10],
  ])(`${how}: a bomb %s ends with 1009 and takes no more than the limit and 1 MiB`, async (_what, size) => {
    const payload = bomb(64 * MIB);
    expect((64 * MIB) / payload.length).toBeGreaterThan(1000);
    const victim = await startVictim(options);
    const parts = inFrames(payload, size);
    // Warm: its young generation and its allocator have grown as far as ordinary messages in as many frames make them.
    for (let i = 0; i < 10; i++) await fine(victim.port, 500_000, size);
    const before = await victim.peak();
    expect(await thrown(victim.port, parts)).toBe(1009);
    const grown = (await victim.peak()) - before;
    expect(grown).toBeLessThanOrEqual(maxMessageSize + MIB);
    await fine(victim.port, 1000, 100);
  });
}

it('survives a bomb that turns invalid behind the limit, again and again', async () => {
  const victim = await startVictim({ deflate: true });
  const payload = Buffer.concat([bomb(16 * MIB), Buffer.from('0000ffff07', 'hex')]);
  for (let i = 0; i < 20; i++) expect(await thrown(victim.port, inFrames(payload, 4000))).toBe(1009);
  await fine(victim.port, 1000, 100);
});
