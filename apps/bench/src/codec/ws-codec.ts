// The codec of ws as it ships, in as many variants as wanted: with its optional native addon bufferutil, and without.

import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';

const require = createRequire(import.meta.url);

/** ws's Receiver, which its types leave out. */
interface WsReceiver extends Writable {
  on(event: string, listener: (...values: never[]) => void): this;
}

/** ws's Sender, which its types leave out. */
interface WsSender {
  send(data: Uint8Array | string, options: WsSendOptions): void;
}

interface WsSendOptions {
  readonly binary: boolean;
  readonly fin: boolean;
  readonly mask: boolean;
  readonly compress: boolean;
}

/** As much of a socket as Sender calls. */
export interface WsSocket {
  cork(): void;
  uncork(): void;
  write(bytes: Uint8Array, callback?: () => void): boolean;
}

export interface WsCodec {
  readonly Receiver: new (options: { isServer: boolean; maxPayload: number }) => WsReceiver;
  readonly Sender: new (socket: WsSocket) => WsSender;
}

/** Loads a copy of ws of its own. */
function loadWs(withBufferutil: boolean): WsCodec {
  const folder = require.resolve('ws/package.json').replace('package.json', '');
  for (const path of Object.keys(require.cache)) if (path.startsWith(folder)) delete require.cache[path];
  const before = process.env.WS_NO_BUFFER_UTIL;
  if (withBufferutil) delete process.env.WS_NO_BUFFER_UTIL;
  else process.env.WS_NO_BUFFER_UTIL = '1';
  try {
    return require('ws') as WsCodec;
  } finally {
    if (before === undefined) delete process.env.WS_NO_BUFFER_UTIL;
    else process.env.WS_NO_BUFFER_UTIL = before;
  }
}

/** Whether ws would find bufferutil here. It looks from its own folder. */
function bufferutilFound(): boolean {
  try {
    createRequire(require.resolve('ws'))('bufferutil');
    return true;
  } catch {
    return false;
  }
}

/** The rivals: ws alone, and with bufferutil where that is installed. */
export function wsVariants(): { readonly name: string; readonly codec: WsCodec }[] {
  const variants = [{ name: 'ws', codec: loadWs(false) }];
  if (bufferutilFound()) variants.push({ name: 'ws+bufferutil', codec: loadWs(true) });
  return variants;
}
