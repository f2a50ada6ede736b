// Bundled into a page: talks through the browser package, sends every payload at once while the server sends its own, and checks each.

import { connect } from '@framewire/browser';
import { payloads, same } from '../peers/payloads.mjs';

/** What the page found. */
interface Conversation {
  readonly received: number;
  /** Whether something waited to be sent after all was handed to `send`. */
  readonly waited: boolean;
  readonly subprotocol: string;
  readonly url: string;
  readonly code: number;
  readonly clean: boolean;
}

async function converse(path: string): Promise<Conversation> {
  const connection = await connect(path, { subprotocols: ['payloads'] });
  const expected = payloads();
  for (const payload of expected) connection.send(payload);
  const waited = connection.bufferedAmount > 0;
  let received = 0;
  for await (const message of connection) {
    if (!same(message, expected[received])) throw new Error(`Message ${received} came changed.`);
    if (++received === expected.length) break;
  }
  await connection.drained();
  const { subprotocol, url } = connection;
  const { code, clean } = await connection.close(3001, 'fin 👋');
  return { received, waited, subprotocol, url, code, clean };
}

Object.assign(globalThis, { converse });
