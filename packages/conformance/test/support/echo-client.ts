// A client around the echo endpoint, which a tester walks through the cases, with faults of its handshake besides those of its frames.

import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { acceptKey } from '../../src/wire/accept-key.ts';
import { agreed, parseExtensions, readDeflate } from '../../src/wire/deflate-parameters.ts';
import {
  changeFields,
  encodeHead,
  type FieldChanges,
  type Head,
  listOf,
  readHead,
  valuesOf,
} from '../../src/wire/head.ts';
import { EchoEndpoint, type EchoFault } from './echo-endpoint.ts';

export interface EchoClientOptions {
  readonly faults?: readonly EchoFault[];
  /** Replaces fields of the request. */
  readonly fields?: FieldChanges;
  /** `GET` if left out. */
  readonly method?: string;
  /** The offers of permessage-deflate, as they are written. */
  readonly offer?: string;
  /** Takes any response for a good one. */
  readonly trusting?: boolean;
  /** Sends this when the response was wrong, before it ends the connection. */
  readonly complaint?: string;
}

const KEY = 'AQIDBAUGBwgJCgsMDQ4PEA==';

/** Opens one connection, echoes until it ends, and resolves with the octets that came after the head of the response. */
export function visit(url: string, options: EchoClientOptions = {}): Promise<string> {
  const { hostname, port, pathname, search, host, protocol } = new URL(url);
  const target = { host: hostname, port: Number(port), allowHalfOpen: true };
  const socket: Socket = protocol === 'wss:' ? connectTls({ ...target, rejectUnauthorized: false }) : connect(target);
  const fields = changeFields(
    [
      ['Host', host],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', KEY],
      ['Sec-WebSocket-Version', '13'],
      ...(options.offer === undefined ? [] : [['Sec-WebSocket-Extensions', options.offer] as const]),
    ],
    options.fields ?? {},
  );
  socket.setNoDelay(true);
  socket.write(encodeHead(`${options.method ?? 'GET'} ${pathname}${search} HTTP/1.1`, fields));
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    let endpoint: EchoEndpoint | undefined;
    let after: Buffer = Buffer.alloc(0);
    const took = (chunk: Buffer) => {
      after = Buffer.concat([after, chunk]);
      endpoint?.receive(chunk);
    };
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(after.toString('latin1')));
    socket.on('data', (chunk) => {
      if (endpoint !== undefined) {
        took(chunk);
        return;
      }
      bytes = Buffer.concat([bytes, chunk]);
      const head = readHead(bytes);
      if (head === undefined) return;
      if (options.trusting !== true && !isGood(head)) {
        after = bytes;
        socket.end(options.complaint ?? '');
        return;
      }
      endpoint = new EchoEndpoint(socket, 'client', new Set(options.faults), agreement(head, options.offer));
      took(bytes.subarray(head.size));
    });
    socket.on('end', () => socket.end());
  });
}

/** The text of the one message that `/count` and `/cases` send. */
export async function told(url: string): Promise<string> {
  const frames = Buffer.from(await visit(url, { faults: ['checks no utf-8'] }), 'latin1');
  const short = (frames[1] ?? 0) & 0x7f;
  const start = short === 126 ? 4 : 2;
  const length = short === 126 ? frames.readUInt16BE(2) : short;
  return frames.toString('utf8', start, start + length);
}

/** All cases one after the other, then the report. */
export async function walk(url: string, agent: string, options: EchoClientOptions = {}): Promise<void> {
  const count = Number(await told(`${url}/count`));
  for (let number = 1; number <= count; number++) await visit(`${url}/case/${number}?agent=${agent}`, options);
  await visit(`${url}/report?agent=${agent}`);
}

function isGood({ start, fields }: Head): boolean {
  return (
    start.startsWith('HTTP/1.1 101 ') &&
    listOf(fields, 'upgrade').join() === 'websocket' &&
    listOf(fields, 'connection').includes('upgrade') &&
    valuesOf(fields, 'sec-websocket-accept').join() === acceptKey(KEY)
  );
}

function agreement({ fields }: Head, offer: string | undefined) {
  const [answered] = parseExtensions(valuesOf(fields, 'sec-websocket-extensions').join()) ?? [];
  const [offered] = parseExtensions(offer ?? '') ?? [];
  if (answered === undefined || offered === undefined) return undefined;
  const answer = readDeflate(answered, 'server');
  const made = readDeflate(offered, 'client');
  if (typeof answer === 'string' || typeof made === 'string') throw new Error('The tester answered wrongly.');
  return agreed(answer, made);
}
