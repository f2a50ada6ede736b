// ws is the most used implementation: what it takes, we take, and what it refuses, we refuse with the same close code.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Receiver } from 'ws';
import { encodeFrame } from '../src/frames.ts';
import type { Role } from '../src/role.ts';
import { Peer } from './peer.ts';
import { validFrames } from './vectors/frames-valid.ts';
import { brokenFrames } from './vectors/frames-violations.ts';
import { fromHex, toHex } from './vectors/wire.ts';
import { bytesToServer, inChunks, maskedBytes, validMessage } from './wire-bytes.ts';

interface WsError extends Error {
  readonly [key: symbol]: number;
}

/** What ws makes of the bytes, one line an event, in {@link Peer}'s words. */
function wsHears(chunks: readonly Uint8Array[], role: Role): string[] {
  const heard: string[] = [];
  const receiver = new Receiver({ isServer: role === 'server', allowSynchronousEvents: true, maxPayload: 16 << 20 });
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    heard.push(isBinary ? `binary ${toHex(data)}` : `text ${data.toString()}`);
  });
  receiver.on('ping', (data: Buffer) => heard.push(`ping ${toHex(data)}`));
  receiver.on('pong', (data: Buffer) => heard.push(`pong ${toHex(data)}`));
  receiver.on('conclude', (code: number, reason: Buffer) => heard.push(`closing ${code} ${reason.toString()}`));
  for (const chunk of chunks) {
    let failed: WsError | null | undefined;
    // Around the stream, which would tell of an error only in a later turn.
    receiver._write(Buffer.from(chunk), 'latin1', (error) => {
      failed = error as WsError | null | undefined;
    });
    if (failed === null || failed === undefined) continue;
    const [statusCode] = Object.getOwnPropertySymbols(failed);
    heard.push(`failed ${statusCode === undefined ? failed.message : failed[statusCode]}`);
    break;
  }
  return heard;
}

function weHear(chunks: readonly Uint8Array[], role: Role): string[] {
  const peer = new Peer(role, { maxMessageSize: 16 << 20 });
  for (const chunk of chunks) peer.endpoint.receive(new Uint8Array(chunk));
  const { received } = peer.endpoint;
  const [error] = peer.errors;
  return peer.heard.flatMap((line) => {
    if (line.startsWith('failed')) return [`failed ${error?.closeCode}`];
    if (line !== 'closing') return [line];
    return received === undefined ? [] : [`closing ${received.code} ${received.reason}`];
  });
}

it('agrees with ws on valid messages in any fragments and chunks, in both roles', () => {
  fc.assert(
    fc.property(
      fc.array(validMessage, { maxLength: 5 }),
      fc.integer(),
      fc.integer({ min: 1, max: 100 }),
      (messages, key, size) => {
        const masked = inChunks(maskedBytes(messages.flat(), key), [size]);
        expect(weHear(masked, 'server')).toEqual(wsHears(masked, 'server'));
        const unmasked = inChunks(Buffer.concat(messages.flat().map((frame) => encodeFrame(frame))), [size]);
        expect(weHear(unmasked, 'client')).toEqual(wsHears(unmasked, 'client'));
      },
    ),
    { numRuns: 300 },
  );
});

it('agrees with ws on every valid vector', () => {
  for (const { name, role, bytes, maxMessageSize, maxFragments } of validFrames) {
    if (maxMessageSize !== undefined || maxFragments !== undefined) continue;
    const chunks = [fromHex(bytes)];
    expect(weHear(chunks, role), name).toEqual(wsHears(chunks, role));
  }
});

it('agrees with ws on what is broken and on the close code, where ws is as strict', () => {
  // ws takes lengths that are not minimal, looks at text when its message is whole, and calls every length above 2^53 - 1 too big.
  const stricterHere = /^LENGTH_|^TEXT_INVALID: (at the bad byte|a Ping|a code point broken)/;
  for (const { name, role, bytes, maxMessageSize, maxFragments } of brokenFrames) {
    if (maxMessageSize !== undefined || maxFragments !== undefined || stricterHere.test(name)) continue;
    const chunks = [fromHex(bytes)];
    expect([name, weHear(chunks, role)]).toEqual([name, wsHears(chunks, role)]);
  }
});

it('hears of any bytes what ws hears, up to the failure where we are stricter', () => {
  fc.assert(
    fc.property(bytesToServer, (bytes) => {
      const ours = weHear([bytes], 'server');
      const theirs = wsHears([bytes], 'server');
      if (ours.at(-1)?.startsWith('failed')) expect(theirs.slice(0, ours.length - 1)).toEqual(ours.slice(0, -1));
      // ws refuses an orphan fragment two bytes into its header, and a length before the masking key; we when the header is whole: here it
      // may be cut.
      else expect(theirs.filter((line) => !/^failed 100[29]$/.test(line))).toEqual(ours);
    }),
    { numRuns: 1000 },
  );
});
