import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCloseStatus } from '../src/close-status.ts';
import { encodeFrame, type Frame } from '../src/frames.ts';
import { BINARY, CONTINUATION, TEXT } from '../src/opcode.ts';
import { JoinedEndpoints } from './joined-endpoints.ts';
import { Peer } from './peer.ts';
import { fromHex, toHex } from './vectors/wire.ts';
import { bytesToServer, chunkSizes, inChunks, validMessage } from './wire-bytes.ts';

const roles = ['client', 'server'] as const;

/** Any string a program can hold, lone surrogates too. */
const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 }).map((units) => String.fromCharCode(...units)),
);
const anyBinary: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(65_535, 65_536, 70_000).map((length) => new Uint8Array(length).fill(length)),
);

describe('what one endpoint sends', () => {
  it.each(roles)('as a %s, the other receives, whatever it is and however it is carried', (from) => {
    const message = fc.oneof(anyText, anyBinary);
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), chunkSizes, (messages, sizes) => {
        const joined = new JoinedEndpoints({ carrier: (bytes) => inChunks(bytes, sizes) });
        const sender = joined[from];
        const receiver = joined[from === 'client' ? 'server' : 'client'];
        for (const one of messages) {
          if (typeof one === 'string') sender.endpoint.sendText(one);
          else sender.endpoint.sendBinary(one);
        }
        joined.settle();
        expect(receiver.messages).toEqual(
          messages.map((one) => (typeof one === 'string' ? one.replace(/[\ud800-\udfff]/gu, '\u{fffd}') : one)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('a conversation in which each answers the other is the same however it is carried', () => {
    const act = fc.record({
      who: fc.constantFrom(...roles),
      what: fc.oneof(fc.string({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 })),
      how: fc.constantFrom('message', 'ping', 'carry'),
    });
    const converse = (
      acts: readonly { who: 'client' | 'server'; what: string | Uint8Array; how: string }[],
      sizes: number[],
    ) => {
      const joined = new JoinedEndpoints({ carrier: (bytes) => inChunks(bytes, sizes) });
      for (const { who, what, how } of acts) {
        const { endpoint } = joined[who];
        if (how === 'carry') joined.settle();
        else if (how === 'ping') endpoint.ping(fromHex('70'));
        else if (typeof what === 'string') endpoint.sendText(what);
        else endpoint.sendBinary(what);
      }
      joined.settle();
      joined.client.endpoint.close(1000, '');
      joined.settle();
      return [joined.client.heard, joined.server.heard];
    };
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), chunkSizes, (acts, sizes) => {
        expect(converse(acts, sizes)).toEqual(converse(acts, [1 << 20]));
      }),
    );
  });
});

describe('what an endpoint receives', () => {
  it.each(roles)('as a %s: fragments join to the message they were cut from', (role) => {
    const cut = fc.tuple(
      fc.uint8Array({ maxLength: 100 }),
      fc.array(fc.nat(100), { maxLength: 8 }),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(cut, fc.integer(), ([binary, cuts, text], key) => {
        for (const [opcode, payload] of [
          [BINARY, binary],
          [TEXT, new TextEncoder().encode(text)],
        ] as const) {
          const ends = [...cuts.map((at) => Math.min(at, payload.length)).sort((a, b) => a - b), payload.length];
          const fragments = ends.map((end, index): Frame => {
            const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
            const fin = index === ends.length - 1;
            return {
              opcode: index === 0 ? opcode : CONTINUATION,
              fin,
              rsv1: false,
              payload: payload.slice(start, end),
            };
          });
          const peer = new Peer(role);
          for (const fragment of fragments)
            peer.endpoint.receive(encodeFrame(fragment, role === 'server' ? key : undefined));
          expect(peer.messages).toEqual([opcode === TEXT ? text : payload]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on how the bytes are cut, valid or not, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(bytesToServer, fc.uint8Array({ maxLength: 100 })), chunkSizes, (bytes, sizes) => {
        for (const role of roles) {
          const whole = new Peer(role, { maxMessageSize: 200, maxFragments: 4, maxQueuedPongs: 2 });
          const cut = new Peer(role, { maxMessageSize: 200, maxFragments: 4, maxQueuedPongs: 2 });
          whole.endpoint.receive(bytes.slice());
          for (const chunk of inChunks(bytes, sizes)) cut.endpoint.receive(chunk);
          expect(cut.heard).toEqual(whole.heard);
          expect(toHex(cut.out.take())).toBe(toHex(whole.out.take()));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leads to each state once at most, in order, and to one failure at most', () => {
    fc.assert(
      fc.property(fc.array(bytesToServer, { maxLength: 3 }), fc.array(fc.nat(4)), (chunks, acts) => {
        const peer = new Peer('server');
        chunks.forEach((chunk, index) => {
          peer.endpoint.receive(chunk);
          if (acts[index] === 1) peer.endpoint.close(1000, '');
          if (acts[index] === 2) peer.endpoint.receiveEnd();
        });
        peer.endpoint.receiveEnd();
        const states = peer.heard.filter((line) => line === 'closing' || line === 'closed');
        expect(['closed', 'closing,closed']).toContain(states.join());
        expect(peer.heard.at(-1)).toBe('closed');
        expect(peer.errors.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  it('is what it was told, when a violation follows valid messages', () => {
    fc.assert(
      fc.property(fc.array(validMessage, { maxLength: 3 }), (messages) => {
        const peer = new Peer('client');
        for (const frame of messages.flat()) peer.endpoint.receive(encodeFrame(frame));
        const before = [...peer.heard];
        peer.receiveRaw('8300');
        expect(peer.heard).toEqual([...before, 'failed RESERVED_OPCODE', 'closing']);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a Close payload', () => {
  it('of any bytes is either a status that may be sent back, or a violation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 125 }), (payload) => {
        const peer = new Peer('client');
        peer.endpoint.receive(encodeFrame({ opcode: 8, fin: true, rsv1: false, payload }));
        const status = decodeCloseStatus(payload);
        if (typeof status === 'string') expect(peer.heard).toEqual([`failed ${status}`, 'closing']);
        else expect(peer.sent()).toEqual([`close ${status.code}`]);
      }),
      { numRuns: 500 },
    );
  });
});
