// A transport under test, and everything it tells.

import type { Duplex } from 'node:stream';
import type { Closure, Message } from '@framewire/connection';
import { FakeClock } from '@framewire/testing';
import { settle, type TransportOptions } from '../../src/settings.ts';
import { Transport } from '../../src/transport.ts';

export interface Rig {
  readonly transport: Transport;
  readonly clock: FakeClock;
  readonly messages: Message[];
  /** What the owner was told: exactly one when all is over. */
  readonly closures: Closure[];
}

export interface RigOptions extends TransportOptions {
  readonly role?: 'client' | 'server';
  /** What came behind the head. */
  readonly first?: Uint8Array;
  /** Whether to listen from the start. Default true. */
  readonly listens?: boolean;
  /** Called for each message, after it was noted. */
  readonly onMessage?: (message: Message, transport: Transport) => void;
}

export function rig(socket: Duplex, options: RigOptions = {}): Rig {
  const { role = 'server', first = new Uint8Array(0), listens = true, onMessage, ...rest } = options;
  const clock = new FakeClock();
  const messages: Message[] = [];
  const closures: Closure[] = [];
  const transport = new Transport(socket, settle({ clock, ...rest }, role), {
    ended: (closure) => void closures.push(closure),
  });
  transport.start(first);
  if (listens) {
    transport.inbox.listen({
      message: (message) => {
        messages.push(message);
        onMessage?.(message, transport);
      },
    });
  }
  return { transport, clock, messages, closures };
}
