// The streams of one side of a pair: real ones, or those of a browser, which hold each message as a whole.

import {
  type Chunks,
  type MessageStream,
  OutgoingStream,
  type SendStreamOptions,
  type StreamingConnection,
  type Streams,
  withStreams,
} from '@framewire/connection';
import { MemoryConnection, type MemoryConnectionOptions } from './memory-connection.ts';
import type { WireEnd } from './memory-wire.ts';

export function memoryConnection(end: WireEnd, options: MemoryConnectionOptions): StreamingConnection {
  if (options.likeBrowser) return withStreams(new MemoryConnection(end, options));
  return new MemoryStreamingConnection(end, options);
}

class MemoryStreamingConnection extends MemoryConnection implements StreamingConnection {
  readonly buffersStreams = false;

  sendStream(chunks: Chunks, options?: SendStreamOptions): Promise<void> {
    const outgoing = new OutgoingStream(chunks, options?.type);
    this.sendChunks(outgoing);
    return outgoing.sent;
  }

  streams(): AsyncIterableIterator<MessageStream, undefined> {
    // It is there, for this is not like a browser.
    return (this.incoming as Streams).streams();
  }
}
