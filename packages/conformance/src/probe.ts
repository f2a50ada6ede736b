// Whether a WebSocket server is there at all. Without this, what is none would fail every case, one by one and for the same reason.

import { addressOf } from './address.ts';
import { CaseFailure, NoWebSocket } from './failure.ts';
import { ServerWire } from './server-wire.ts';
import { Link } from './wire/link.ts';

/**
 * Asks the server for one connection. What is wrong with a 101 is for the cases to say.
 *
 * @param timeout for the connection, and again for the response; milliseconds
 * @throws NoWebSocket when a good opening handshake gets no 101; and what the system says when the server cannot be reached
 */
export async function probe(
  url: string,
  { timeout = 5000, insecure }: { timeout?: number; insecure?: boolean } = {},
): Promise<void> {
  const { target, host, path } = addressOf(url, insecure);
  const link = await Link.open(target, AbortSignal.timeout(timeout));
  try {
    const wire = new ServerWire(link, { host, target: path, deadline: performance.now() + timeout, messages: 0 });
    wire.sendRequest();
    const { status } = await wire.response('a response with 101');
    if (status !== 101) throw new CaseFailure(`Expected a response with 101, and received ${status}.`);
  } catch (error) {
    throw error instanceof CaseFailure ? new NoWebSocket(error.message) : error;
  } finally {
    link.destroy();
  }
}
