// What ws makes of bytes: the most used implementation is the second opinion.

import { Receiver } from 'ws';
import type { Role } from '../src/role.ts';

/** The bounds ws is given. */
export interface WsLimits {
  readonly maxPayload?: number;
  readonly maxFragments?: number;
}

/** What ws hears, one line an event, in the words of the targets. Its failure is the last one, with the close code it would send. */
export function wsHears(chunks: readonly Uint8Array[], role: Role, limits: WsLimits): string[] {
  const heard: string[] = [];
  const receiver = new Receiver({ isServer: role === 'server', allowSynchronousEvents: true, ...limits });
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    heard.push(isBinary ? `binary ${data.toString('hex')}` : `text ${data.toString()}`);
  });
  receiver.on('ping', (data: Buffer) => heard.push(`ping ${data.toString('hex')}`));
  receiver.on('pong', (data: Buffer) => heard.push(`pong ${data.toString('hex')}`));
  receiver.on('conclude', (code: number, reason: Buffer) => heard.push(`closing ${code} ${reason.toString()}`));
  for (const chunk of chunks) {
    let failed: object | null | undefined;
    // Around the stream, which would tell of an error only in a later turn.
    receiver._write(Buffer.from(chunk), 'latin1', (error) => {
      failed = error;
    });
    if (failed === null || failed === undefined) continue;
    // The status code stands under a symbol of ws's own.
    const [code] = Object.getOwnPropertySymbols(failed).map((symbol) => Reflect.get(failed as object, symbol));
    heard.push(`failed ${String(code)}`);
    break;
  }
  return heard;
}
