// Sending until no more is taken. How long it takes to be sure is a guess, but a wrong guess only makes a test show less.

import type { Connection, Message } from '@framewire/connection';
import { expect } from 'vitest';
import { expectBytes, isStuck } from './contract-test.ts';
import type { ContractPeer } from './harness.ts';

export const CHUNK = 65_536;
/** More than all buffers of an operating system between two processes: 64 MiB. */
const MANY = 1024;

/** Sends until the connection wants to wait and goes on wanting it. Returns how many chunks were sent. */
export async function fill(connection: Connection): Promise<number> {
  for (let sent = 1; sent <= MANY; sent++) {
    if (connection.send(chunk(sent - 1))) continue;
    if (await isStuck(connection.drained(), 200)) return sent;
  }
  throw new Error('The connection took 64 MiB that nobody read.');
}

/** The peer sends until it has to wait and goes on waiting. Returns how many chunks were sent, the last of which is on its way. */
export async function fillFrom(peer: ContractPeer): Promise<number> {
  for (let sent = 1; sent <= MANY; sent++) {
    if (await isStuck(peer.send(chunk(sent - 1)), 500)) return sent;
  }
  throw new Error('The connection took 64 MiB that nobody read.');
}

export function chunk(index: number): Uint8Array {
  const bytes = new Uint8Array(CHUNK);
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
}

export function expectChunks(messages: readonly Message[], count: number): void {
  expect(messages.length).toBe(count);
  for (const [index, message] of messages.entries()) expectBytes(message, chunk(index));
}
