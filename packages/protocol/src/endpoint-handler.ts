// What an Endpoint tells the shell around it.

import type { ProtocolError } from './errors.ts';
import type { MessageSink } from './message-sink.ts';

/** Where a connection stands after its opening handshake. */
export type State = 'open' | 'closing' | 'closed';

/** Hears what an {@link Endpoint} receives. It must not throw: the rest of the chunk would be lost with the order of the frames. */
export interface EndpointHandler extends MessageSink {
  /** A Ping came and is answered already. The payload is valid only during this call. */
  ping(payload: Uint8Array): void;
  /** The payload is valid only during this call. */
  pong(payload: Uint8Array): void;
  /** `closing`: the shell arms its close timer. */
  stateChanged(state: State): void;
  /** The connection was failed, and the Close frame is written unless one had been sent before. */
  failed(error: ProtocolError): void;
  /**
   * Whether received frames wait for something other than {@link Endpoint.resume}: a message is being restored, or is held because it is
   * oversized. The shell stops reading while on, but must not {@link Endpoint.suspend} for it: that would also hold up what is waited for.
   * Told at each change.
   */
  inputHeld?(on: boolean): void;
  /**
   * A message is over `maxMessageSize` but not over `maxStreamedMessageSize`. True holds it until {@link Endpoint.streamNext} takes it as
   * a stream or {@link Endpoint.refuseOversized} refuses it; by default it is refused.
   */
  oversized?(): boolean;
  /**
   * Whether whoever takes messages takes them as streams, though not one at this moment. A compressed message that may become larger than
   * `maxMessageSize` then waits for them instead of being inflated as a whole. Default: not.
   */
  takesStreams?(): boolean;
}
