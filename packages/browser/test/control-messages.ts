// What a page and the contract server say to each other about a session, as JSON. Bytes follow or precede it as binary messages of
// their own.

import type { CloseStatus } from '@framewire/protocol';

/** From the page. Answered with `done` when it has been carried out. */
export type Command = { readonly id: number } & (
  | { readonly do: 'send'; readonly text: string }
  /** Sends the binary message that came before this. */
  | { readonly do: 'sendBytes' }
  | { readonly do: 'close'; readonly status: CloseStatus }
  | { readonly do: 'abort' | 'stopReading' | 'startReading' }
);

/** To the page. A message of bytes that the peer got is a binary message. */
export type Report =
  /** The first: where the connection under test is to connect to. */
  | { readonly say: 'ready'; readonly path: string }
  | { readonly say: 'done'; readonly id: number }
  | { readonly say: 'text'; readonly text: string }
  | { readonly say: 'closing'; readonly status: CloseStatus }
  | { readonly say: 'closed' };
