// The opening: from a URL to an open connection, or to an error that says what is known. A native WebSocket tells scripts nothing
// about why an opening failed (WebSockets Standard, section 4, so that pages cannot probe networks), and neither can this.

import type { Connection } from '@framewire/connection';
import { HandshakeError, UsageError } from '@framewire/protocol';
import { type ConnectOptions, settle } from './connect-options.ts';
import { NativeConnection } from './native-connection.ts';

/**
 * Opens a connection with the runtime's own WebSocket: in pages and workers, and in Node 22 and newer, Deno and Bun.
 *
 * Resolves when it is open. Rejects with HandshakeError NOT_CONNECTED or HANDSHAKE_TIMEOUT, or with the signal's reason.
 *
 * @param url ws, wss, http or https, without a fragment; in a page also relative to it
 * @throws UsageError INVALID_OPTION; INVALID_ARGUMENT where the engine refuses the URL or the subprotocols
 */
export function connect(url: string | URL, options: ConnectOptions = {}): Promise<Connection> {
  const settings = settle(options);
  const { signal } = options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  const socket = open(url, options.subprotocols);
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    let cause: unknown;
    const timeout = settings.clock.schedule(settings.handshakeTimeout, () => {
      fail(openingError('HANDSHAKE_TIMEOUT', `No answer in ${settings.handshakeTimeout} ms.`));
    });
    const aborted = () => fail(signal?.reason);
    signal?.addEventListener('abort', aborted);
    socket.onopen = () => {
      over();
      resolve(new NativeConnection(socket, settings));
    };
    socket.onerror = ({ error }: ErrorEventInit) => {
      cause = error;
    };
    socket.onclose = () => {
      fail(openingError('NOT_CONNECTED', HINT, cause));
    };

    function fail(reason: unknown): void {
      over();
      socket.close();
      reject(reason);
    }

    function over(): void {
      timeout.cancel();
      signal?.removeEventListener('abort', aborted);
      socket.onopen = socket.onerror = socket.onclose = null;
    }
  });
}

const HINT = 'The opening failed: see the console.';

/** The rows stand here, because the table of all refusals would not fit the size of this package. */
function openingError(code: 'HANDSHAKE_TIMEOUT' | 'NOT_CONNECTED', message: string, cause?: unknown): HandshakeError {
  return new HandshakeError(code, { status: 0, section: 'RFC 6455 4.1', message }, undefined, { cause });
}

/** What the constructor throws will be thrown each time, and before anything is sent: a matter of how it was called. */
function open(url: string | URL, subprotocols: readonly string[] = []): WebSocket {
  try {
    // The engine reads the list and keeps nothing.
    return new WebSocket(url, subprotocols as string[]);
  } catch (cause) {
    // A URL with another scheme or a fragment, subprotocols that are not distinct tokens, or ws from a page that came over https.
    throw new UsageError('INVALID_ARGUMENT', (cause as Error).message, { cause });
  }
}
