// Messages that are small on the wire and large when they are inflated, up to 1,032 times, and a server that gets them and tells the most memory
// it ever had.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { constants, deflateRawSync } from 'node:zlib';
import { expect, onTestFinished } from 'vitest';
import { closeCode, fragments, masked, opened as openedRaw } from './attack.ts';
import type { RawSocket } from './raw-socket.ts';
import { at, node } from './runtimes.ts';

export const MIB: number = 1024 * 1024;

/** As small as zlib can make so many zeroes. */
export function bomb(size: number): Uint8Array {
  const step = new Uint8Array(16 * MIB);
  const options = { level: 9, finishFlush: constants.Z_FULL_FLUSH };
  const one = deflateRawSync(step, options);
  return Buffer.concat(Array.from({ length: size / step.length }, () => one)).subarray(0, -4);
}

export function inFrames(payload: Uint8Array, size: number): Uint8Array[] {
  return fragments(2, payload, size, true);
}

/** A victim, and its memory. */
export async function startVictim(options: object): Promise<{ port: number; peak(): Promise<number> }> {
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
export async function fine(port: number, size: number, frame: number): Promise<void> {
  const message = Buffer.alloc(size);
  for (let i = 0; i < size / 20; i++) message.writeUInt32LE((i * 2_654_435_761) >>> 0, i * 20);
  const payload = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const socket = await opened(port);
  for (const part of [...inFrames(payload, frame), masked(8, Uint8Array.of(3, 232))]) await socket.send(part);
  expect(await closeCode(socket)).toBe(1000);
  socket.destroy();
}

/** A connection that has agreed on compression. */
async function opened(port: number): Promise<RawSocket> {
  const socket = await openedRaw(port, 'Sec-WebSocket-Extensions: permessage-deflate');
  expect(await socket.head()).toContain('permessage-deflate');
  return socket;
}

/** Throws the bomb, and returns the code it is answered with. */
export async function thrown(port: number, parts: readonly Uint8Array[]): Promise<number | undefined> {
  const socket = await opened(port);
  for (const part of parts) await socket.send(part);
  const code = await closeCode(socket);
  socket.destroy();
  return code;
}
