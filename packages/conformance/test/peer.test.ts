import { describe, expect, it } from 'vitest';
import { framesCase } from '../src/case.ts';
import type { Peer } from '../src/peer.ts';
import { BINARY, continuation, frame, ping, text } from '../src/wire/frame.ts';
import type { EchoServerOptions } from './support/echo-server.ts';
import { judgeClient, judgeServer } from './support/judge.ts';

const DEFLATE = { offers: [{ clientMaxWindowBits: true }], answers: [{}] } as const;

/** How a server is judged by this. */
async function judged(run: (peer: Peer) => Promise<void>, options: EchoServerOptions = {}): Promise<string> {
  const { outcome, failure } = await judgeServer(one(run, options), options);
  return failure ?? outcome;
}

function one(run: (peer: Peer) => Promise<void>, { deflate }: EchoServerOptions = {}) {
  const facts = { id: '0.1', title: 'A case', expectation: 'It passes.', rfc: '6455 1', run };
  return framesCase(deflate ? { ...facts, deflate: DEFLATE } : facts);
}

describe('a Peer sends', () => {
  it('text, binary, Pings, Pongs and Close frames, to servers and clients', async () => {
    const run = async (peer: Peer) => {
      peer.text('a');
      await peer.expectText('a');
      peer.binary('b');
      await peer.expectBinary('b');
      peer.ping('c');
      await peer.expectPong('c');
      peer.pong();
      await peer.expectAlive();
      await peer.finish();
    };
    expect(await judged(run)).toBe('pass');
    expect((await judgeClient(one(run))).outcome).toBe('pass');
  });

  it('whole messages in fragments', async () => {
    expect(
      await judged(async (peer) => {
        peer.message('Hello', { fragmentSize: 2 });
        await peer.expectText('Hello');
        peer.message(Buffer.from('Hello'));
        const message = await peer.expectMessage();
        expect(message).toMatchObject({ binary: true, compressed: false });
        expect(() => peer.compress('Hello')).toThrow('give it `deflate`');
      }),
    ).toBe('pass');
  });

  it('compressed messages where that was agreed on, and inflates what comes back', async () => {
    const run = async (peer: Peer) => {
      expect(peer.deflate).toMatchObject({ serverMaxWindowBits: 15 });
      for (let index = 0; index < 3; index++) {
        peer.message('Hello, hello, hello!', { fragmentSize: 4 });
        expect((await peer.expectText('Hello, hello, hello!')).compressed).toBe(true);
      }
      peer.message('plain', { compressed: false });
      await peer.expectText('plain');
      peer.send(frame(BINARY, peer.compress('by hand'), { rsv: 4 }));
      await peer.expectBinary('by hand');
      await peer.finish();
    };
    expect(await judged(run, { deflate: {} })).toBe('pass');
    const client = await judgeClient({ ...one(run, { deflate: {} }) }, { offer: 'permessage-deflate' });
    expect(client.failure ?? client.outcome).toBe('pass');
  });
});

describe('a Peer expects', () => {
  it('that nothing comes', async () => {
    expect(await judged((peer) => peer.expectSilence(10))).toBe('pass');
    const early = await judged(async (peer) => {
      peer.ping();
      await peer.expectSilence(200);
    });
    expect(early).toBe('Expected nothing yet, and received a Pong, no payload.');
  });

  it('any code where none is named, and the code that came is in the result', async () => {
    const run = async (peer: Peer) => {
      peer.close(4321);
      expect(await peer.expectClose()).toBe(4321);
      await peer.expectEnd();
    };
    expect(await judgeServer(one(run))).toMatchObject({ outcome: 'pass', closeCode: 4321 });
    expect(
      await judged((peer) => Promise.resolve(peer.ping()).then(() => peer.expectClose().then(() => undefined))),
    ).toBe('Expected a Close frame, and received a Pong, no payload.');
  });

  it('a message and nothing else', async () => {
    const pinged = async (peer: Peer) => {
      peer.ping();
      await peer.expectMessage();
    };
    expect(await judged(pinged)).toBe('Expected a message, and received a Pong, no payload.');
    const ended = async (peer: Peer) => {
      peer.sendBytes(Buffer.from('ff', 'hex'));
      peer.link.finish();
      await peer.expectMessage();
    };
    expect(await judged(ended)).toBe('Expected a message, and received the end of the TCP connection.');
  });

  it('the end, and not a message', async () => {
    const run = async (peer: Peer) => {
      peer.text('a');
      await peer.expectEnd();
    };
    expect(await judged(run)).toBe(
      'Expected the end of the TCP connection, and received a text message, “a” (1 octet).',
    );
  });

  it('the Pongs of several Pings, of which only the last is due', async () => {
    const due = async (peer: Peer) => {
      peer.ping('2');
      await peer.expectPongs(['1', '2']);
    };
    expect(await judged(due)).toBe('pass');
    const behind = async (peer: Peer) => {
      peer.ping('1');
      await peer.expectPongs(['1', '2']);
    };
    expect(await judged(behind)).toBe('Expected a Pong, “2” (1 octet), and received nothing in time.');
    const other = async (peer: Peer) => {
      peer.text('1');
      await peer.expectPongs(['1']);
    };
    expect(await judged(other)).toBe('Expected a Pong, “1” (1 octet), and received a text message, “1” (1 octet).');
  });
});

describe('a Peer finds', () => {
  it('a server that loses the context it promised to take over', async () => {
    const run = async (peer: Peer) => {
      for (const payload of ['Hello, hello!', 'Hello, hello!']) {
        peer.message(payload);
        await peer.expectText(payload);
      }
    };
    expect(await judged(run, { deflate: {}, faults: ['forgets the context'] })).toBe(
      'Expected a text message, “Hello, hello!” (13 octets), and received a Close frame with 1007.',
    );
  });

  it('a server that reaches out of the window it promised to keep to', async () => {
    const noise = Buffer.from(
      Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 251),
    );
    const run = async (peer: Peer) => {
      peer.message(Buffer.concat([noise, noise]));
      await peer.expectMessage();
    };
    expect(await judged(run, { deflate: { serverMaxWindowBits: 9 } })).toBe('pass');
    expect(await judged(run, { deflate: { serverMaxWindowBits: 9 }, faults: ['exceeds the window'] })).toBe(
      'Expected a message, and received a compressed message that cannot be inflated (distance too far back: 2992 octets, and the window has 512) (RFC 7692 7.2.2).',
    );
  });

  it('a server that writes what is no deflate', async () => {
    const run = async (peer: Peer) => {
      peer.message('a');
      await peer.expectMessage();
    };
    expect(await judged(run, { deflate: {}, faults: ['writes invalid deflate'] })).toMatch(
      /cannot be inflated \(invalid/,
    );
  });

  it('a message that came in fragments', async () => {
    const run = async (peer: Peer) => {
      peer.send(text('ab', { fin: false }), continuation('c'));
      const { frames } = await peer.expectText('abc');
      expect(frames).toHaveLength(3);
      peer.send(ping());
    };
    expect(await judged(run, { faults: ['echoes in 3 frames'] })).toBe('pass');
  });
});

describe('a Peer that answers no Close frame', () => {
  it('lets a case see what the endpoint does then', async () => {
    const run = async (peer: Peer) => {
      peer.answersClose = false;
      peer.send(frame(3));
      await peer.expectClose(1002);
      await peer.expectSilence(20);
    };
    expect((await judgeClient(one(run))).outcome).toBe('pass');
  });
});
