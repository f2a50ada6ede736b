import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Peer } from './peer.ts';
import { asClient, fromHex, toHex } from './vectors/wire.ts';
import { bytesToServer, chunkSizes, inChunks, maskedBytes, validMessage } from './wire-bytes.ts';

/** One of everything, and a Close at the end. */
const FRAMES = '810161 820162 890163 8a0164 010165 890166 800167 880203e8';
const HEARD = ['text a', 'binary 62', 'ping 63', 'pong 64', 'ping 66', 'text eg', 'closing'];

describe('Endpoint.suspend', () => {
  it.each(HEARD.map((line, index) => [line, index] as const))('inside "%s" holds the rest until resume', (_, index) => {
    for (const role of ['client', 'server'] as const) {
      const peer = new Peer(role);
      peer.after = () => {
        if (peer.heard.length === index + 1) peer.endpoint.suspend();
      };
      peer.receiveRaw(role === 'client' ? FRAMES : asClient(FRAMES.replaceAll(' ', '|')));
      expect(peer.heard).toEqual(HEARD.slice(0, index + 1));
      peer.endpoint.resume();
      expect(peer.heard).toEqual(HEARD);
    }
  });

  it('in every call, and resuming from outside each time, loses nothing', () => {
    const peer = new Peer('client');
    peer.after = () => peer.endpoint.suspend();
    peer.receiveRaw(FRAMES);
    for (let count = 1; count <= HEARD.length; count++) {
      expect(peer.heard).toEqual(HEARD.slice(0, count));
      peer.endpoint.resume();
    }
    expect(peer.heard).toEqual(HEARD);
  });

  it('and resume in the same call go on at once', () => {
    const peer = new Peer('client');
    peer.after = () => {
      peer.endpoint.suspend();
      peer.endpoint.resume();
    };
    peer.receiveRaw(FRAMES);
    expect(peer.heard).toEqual(HEARD);
  });

  it('holds later chunks behind the rest of this one', () => {
    const peer = new Peer('client');
    peer.after = () => {
      if (peer.heard.length === 1) peer.endpoint.suspend();
    };
    peer.receiveRaw('810161 8102c3');
    peer.receiveRaw('a9 8202');
    peer.receiveRaw('0001');
    expect(peer.heard).toEqual(['text a']);
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['text a', 'text é', 'binary 0001']);
  });

  it('answers no Ping that it holds: the peer sees that nobody reads', () => {
    const peer = new Peer('client');
    peer.endpoint.suspend();
    peer.receiveRaw('890161');
    expect(peer.sent()).toEqual([]);
    peer.endpoint.resume();
    expect(peer.sent()).toEqual(['pong 61']);
  });

  it('lets everything be sent meanwhile, a Close too', () => {
    const peer = new Peer('client');
    peer.endpoint.suspend();
    peer.receiveRaw('810161 880203e8');
    peer.endpoint.sendText('out');
    peer.endpoint.ping(fromHex('00'));
    peer.endpoint.close(1000, '');
    expect(peer.sent()).toEqual(['text out', 'ping 00', 'close 1000']);
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['closing']);
    expect(peer.endpoint.received).toEqual({ code: 1000, reason: '' });
  });

  it('then fail forgets what is held', () => {
    const peer = new Peer('client');
    peer.after = () => peer.endpoint.suspend();
    peer.receiveRaw('810161 810162 8300');
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['text a', 'text b']);
    peer.after = () => {};
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['text a', 'text b', 'failed RESERVED_OPCODE', 'closing']);
  });

  it('changes nothing about what any bytes lead to, whenever it is called', () => {
    const pattern = fc.array(fc.constantFrom('suspend', 'both', 'nothing'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(bytesToServer, chunkSizes, pattern, (bytes, sizes, acts) => {
        const plain = new Peer('server');
        plain.endpoint.receive(bytes.slice());
        const peer = new Peer('server');
        let turn = 0;
        const act = (): void => {
          const now = acts[turn++ % acts.length];
          if (now !== 'nothing') peer.endpoint.suspend();
          if (now === 'both') peer.endpoint.resume();
        };
        peer.after = act;
        for (const chunk of inChunks(bytes, sizes)) {
          peer.endpoint.receive(chunk);
          act();
        }
        for (let rest = 0; rest < 200; rest++) peer.endpoint.resume();
        expect(peer.heard).toEqual(plain.heard);
        expect(toHex(peer.out.take())).toBe(toHex(plain.out.take()));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the order when the handler feeds more bytes from inside its calls', () => {
    fc.assert(
      fc.property(fc.array(validMessage, { maxLength: 6 }), chunkSizes, (messages, sizes) => {
        const bytes = maskedBytes(messages.flat(), 0x01020304);
        const plain = new Peer('server');
        plain.endpoint.receive(bytes.slice());
        const peer = new Peer('server');
        const chunks = inChunks(bytes, sizes);
        const feed = (): void => {
          const chunk = chunks.shift();
          if (chunk !== undefined) peer.endpoint.receive(chunk);
        };
        peer.after = feed;
        while (chunks.length > 0) feed();
        expect(peer.heard).toEqual(plain.heard);
      }),
      { numRuns: 200 },
    );
  });
});
