// The one thing the tests take from ws, which has no types of its own.

declare module 'ws' {
  import type { Writable } from 'node:stream';

  export const Receiver: new (options: {
    isServer: boolean;
    allowSynchronousEvents: boolean;
    maxPayload?: number;
  }) => Writable;
}
