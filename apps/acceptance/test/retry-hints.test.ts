// A server says how long to stay away, and a client of ours heeds it: by the response of a refusal, and by the Close of a server that stops.

import { type ReconnectChange, type ReconnectingConnection, reconnect } from '@framewire/node-client';
import { type ServeOptions, type Server, serve } from '@framewire/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';

type Wait = Extract<ReconnectChange, { readonly state: 'waiting' }>;

async function listening(options: ServeOptions = {}): Promise<Server> {
  const server = await serve((connection) => connection.listen({ message: () => {} }), {
    port: 0,
    host: '127.0.0.1',
    ...options,
  });
  onTestFinished(() => server.close({ deadline: 0 }));
  return server;
}

/** The first wait of a conversation, which is over then; `opened` is called when it has a connection. */
function firstWait(
  start: (onStateChange: (change: ReconnectChange) => void) => ReconnectingConnection,
  opened: () => void = () => {},
): Promise<Wait> {
  return new Promise((resolve) => {
    const conversation = start((change) => {
      if (change.state === 'open') opened();
      if (change.state !== 'waiting') return;
      resolve(change);
      queueMicrotask(() => void conversation.close());
    });
  });
}

describe('a server that closes', () => {
  it('asks its clients to stay away for a while', async () => {
    const server = await listening();
    const { delay, setback } = await firstWait(
      (onStateChange) => reconnect(server.url, { onStateChange }),
      () => void server.close({ retryAfter: 7000, reason: 'A new version.' }),
    );
    expect(setback.closure).toMatchObject({ code: 1001, reason: 'retry-after=7 A new version.' });
    expect(delay).toBeGreaterThanOrEqual(7000);
    expect(delay).toBeLessThan(14_000);
  });
});

describe('a server that is full', () => {
  it('asks a client it refuses to stay away for a while', async () => {
    const server = await listening({ maxConnections: 1, retryAfter: 20_000 });
    const first = reconnect(server.url);
    expect(await first.send('I am in')).toBe('sent');
    const { delay, setback } = await firstWait((onStateChange) => reconnect(server.url, { onStateChange }));
    expect(setback.error).toMatchObject({ name: 'HandshakeError', status: 503, retryAfter: 20_000 });
    expect(delay).toBeGreaterThanOrEqual(20_000);
    expect(delay).toBeLessThan(40_000);
    await first.close();
  });
});
