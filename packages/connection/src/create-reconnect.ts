// How a shell offers `reconnect`: with its own `connect`, clock and randomness filled in, so that its users give a URL and options.

import type { Connection } from './connection.ts';
import { type Open, type ReconnectingConnection, type ReconnectRuntime, reconnect } from './reconnect.ts';
import type { ReconnectOptions } from './reconnect-options.ts';

/** What `createReconnect` makes: `reconnect(url, { connect: { ...options of connect }, ...options })`, or a function in place of the URL. */
export type Reconnect<ConnectOptions> = (
  target: string | Open,
  options?: ReconnectOptions & { readonly connect?: Omit<ConnectOptions, 'signal'> },
) => ReconnectingConnection;

/** For shells: `reconnect` for their own `connect`, clock and source of randomness. */
export function createReconnect<ConnectOptions extends { readonly signal?: AbortSignal }>(
  connect: (url: string, options: ConnectOptions) => Promise<Connection>,
  runtime: ReconnectRuntime,
): Reconnect<ConnectOptions> {
  return (target, options = {}) => {
    if (typeof target === 'function') return reconnect(target, options, runtime);
    // Omitting `signal` and adding it again is too much for the compiler to follow.
    const open: Open = (signal) => connect(target, { ...options.connect, signal } as unknown as ConnectOptions);
    return reconnect(open, options, runtime);
  };
}
