// The tools the chapters of the suite are written with.

import type { Closure, Connection, Message } from '@framewire/connection';
import { expect, it } from 'vitest';
import { wait } from '../turn.ts';
import type { ContractHarness, ContractSession } from './harness.ts';

/** Defines a test that gets a session of its own. */
export type ContractTest = (name: string, body: (session: ContractSession) => Promise<void>, timeout?: number) => void;

/** Makes the `test` of a chapter. */
export function contractTest(harness: ContractHarness): ContractTest {
  return (name, body, timeout = 15_000) => {
    it(
      name,
      async () => {
        const session = await harness.open();
        try {
          await body(session);
        } finally {
          await session.dispose();
        }
      },
      timeout,
    );
  };
}

/** Waits until the condition is true, for so many milliseconds at most. */
export async function until(what: string, condition: () => boolean, patience = 5000): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > patience) throw new Error(`Waited in vain: ${what}.`);
    await wait(5);
  }
}

/** Gives what is on its way time to arrive. A test must hold also when it has not: then it shows less. */
export function settle(): Promise<void> {
  return wait(50);
}

/**
 * When it resolves, what the peer sent before has as good as surely arrived: a message went to the peer and back comes the
 * knowledge that it is there, which takes longer than what was under way.
 */
export async function roundTrip({ connection, peer }: ContractSession): Promise<void> {
  connection.send('round trip');
  expect(await peer.receive()).toBe('round trip');
  await settle();
}

/** Whether the promise is still pending after so many milliseconds. */
export async function isStuck(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return Promise.race([
    promise.then(
      () => false,
      () => false,
    ),
    wait(milliseconds).then(() => true),
  ]);
}

/** Reads so many messages in a loop of its own. */
export async function take(connection: Connection, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of connection) {
    messages.push(message);
    if (messages.length === count) break;
  }
  return messages;
}

/** Reads to the end. */
export async function readAll(connection: Connection): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of connection) messages.push(message);
  return messages;
}

/** Asks the peer for so many messages. */
export async function receive({ peer }: ContractSession, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) messages.push(await peer.receive());
  return messages;
}

/** What a listener got, for a test to look at. */
export class Recorder {
  readonly messages: Message[] = [];
  readonly closures: Closure[] = [];
  drains = 0;

  message(message: Message): void {
    this.messages.push(message);
  }

  drained(): void {
    this.drains++;
  }

  closed(closure: Closure): void {
    this.closures.push(closure);
  }
}

/** Bytes that tell their place: no two lengths or offsets look alike. */
export function pattern(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8) + seed) & 0xff);
}

/** Compares bytes without printing a megabyte when they differ. */
export function expectBytes(actual: Message | undefined, expected: Uint8Array): void {
  if (!(actual instanceof Uint8Array)) throw new Error(`Expected ${expected.length} bytes, got ${typeof actual}.`);
  expect(actual.length).toBe(expected.length);
  const differs = expected.findIndex((byte, i) => byte !== actual[i]);
  expect(differs, 'index of the first byte that differs').toBe(-1);
}
