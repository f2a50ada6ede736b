// The only names beyond ECMAScript this package may use: every runtime it targets has them.
// Node's types and the DOM library stay out, so that an import of `node:*`, `document` or `setTimeout` does not compile.

declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

interface ReadableStream<R> {
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
}

interface ReadableStreamSource<R> {
  pull(controller: { enqueue(chunk: R): void; close(): void }): Promise<void>;
  cancel(): Promise<unknown>;
}

declare var ReadableStream: {
  new <R>(source: ReadableStreamSource<R>, strategy: { highWaterMark: number }): ReadableStream<R>;
};
