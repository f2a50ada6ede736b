// Openings that are to fail, and what must hold of every failure.

import { HandshakeError } from '@framewire/protocol';
import { FakeClock } from '@framewire/testing';
import { expect } from 'vitest';
import { type ConnectOptions, connect } from '../../src/index.ts';

export interface Attempt {
  readonly clock: FakeClock;
  /** What `connect` rejects with. */
  readonly failure: Promise<unknown>;
}

/** Opens a connection with a clock that stands still. */
export function attempt(url: string, options: ConnectOptions = {}): Attempt {
  const clock = new FakeClock();
  const failure = connect(url, { clock, ...options }).then(
    (connection) => {
      connection.terminate();
      throw new Error('The connection was opened.');
    },
    (error: unknown) => error,
  );
  return { clock, failure };
}

/** What `connect` rejects with, when it should with a HandshakeError; nothing may be left over. */
export async function failureOf({ clock, failure }: Attempt): Promise<HandshakeError> {
  const error = await failure;
  expect(error).toBeInstanceOf(HandshakeError);
  expect(clock.pending, 'timers left').toBe(0);
  return error as HandshakeError;
}
