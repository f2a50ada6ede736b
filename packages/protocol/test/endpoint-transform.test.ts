// An endpoint with a message transform: what is compressed or restored takes its time, and nothing may overtake it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError, VIOLATIONS } from '../src/errors.ts';
import { JoinedEndpoints } from './joined-endpoints.ts';
import { Peer, type PeerOptions } from './peer.ts';
import { StreamSender } from './stream-sender.ts';
import { fromHex, toHex, utf8Hex } from './vectors/wire.ts';
import { chunkSizes, inChunks } from './wire-bytes.ts';
import { XorTransform, xor } from './xor-transform.ts';
import { deflated, ZlibTransform } from './zlib-transform.ts';

const failure = new ProtocolError('TOO_MANY_CONTROL_FRAMES');
const failureClose = `close 1008 ${VIOLATIONS.TOO_MANY_CONTROL_FRAMES.message}`;

type Act = 'close' | 'fail' | 'receiveEnd';
const acts: readonly Act[] = ['close', 'fail', 'receiveEnd'];

function act({ endpoint }: Peer, what: Act): void {
  if (what === 'close') endpoint.close(1000, '');
  else if (what === 'fail') endpoint.fail(failure);
  else endpoint.receiveEnd();
}

/** What is heard of it, with frames held before. */
const ENDED = {
  close: ['closing', 'free'],
  fail: ['failed TOO_MANY_CONTROL_FRAMES', 'closing', 'free'],
  receiveEnd: ['free', 'closed'],
} as const;

/** A client with a transform that answers when the test says. */
function later(options: PeerOptions = {}): { peer: Peer; transform: XorTransform } {
  const transform = new XorTransform({ later: true });
  return { peer: new Peer('client', { ...options, transform }), transform };
}

/** The hex of an XORed payload. */
const x = (hex: string): string => toHex(xor(fromHex(hex)));

describe('sending with a transform', () => {
  it('transforms messages in their order, and lets control frames pass', () => {
    const { peer, transform } = later();
    peer.endpoint.sendText('a');
    peer.endpoint.sendBinary(fromHex('62'));
    peer.endpoint.sendText('c', false);
    peer.endpoint.sendBinary(fromHex('64'), false);
    peer.endpoint.ping(fromHex('00'));
    peer.receiveRaw('8901 01');
    expect(peer.sent()).toEqual(['ping 00', 'pong 01']);
    expect([peer.endpoint.waitingAmount, peer.endpoint.sending]).toEqual([4 + 4 * 64, true]);
    transform.answer();
    expect(peer.sent()).toEqual([`transformed text ${x('61')}`]);
    transform.answer();
    expect(peer.sent()).toEqual([`transformed binary ${x('62')}`, 'text c', 'binary 64']);
    expect([peer.endpoint.waitingAmount, peer.endpoint.sending]).toEqual([0, false]);
  });

  it('lets a stream wait its turn, and sends it as it is', () => {
    const { peer, transform } = later();
    const stream = new StreamSender();
    peer.endpoint.sendText('a');
    peer.endpoint.sendStream('text', stream);
    peer.endpoint.sendText('b');
    expect(stream.told).toEqual([]);
    transform.answer();
    stream.write(fromHex('63'));
    stream.end();
    transform.answer();
    expect(peer.sent()).toEqual([
      `transformed text ${x('61')}`,
      'text... c',
      'continuation ',
      `transformed text ${x('62')}`,
    ]);
  });

  it('lets our Close wait for what was sent before it', () => {
    const { peer, transform } = later();
    peer.endpoint.sendText('a');
    peer.endpoint.close(4000, '');
    peer.endpoint.ping(fromHex('00'));
    expect([peer.sent(), peer.heard, peer.endpoint.sent]).toEqual([[], ['closing'], undefined]);
    transform.answer();
    expect(peer.sent()).toEqual([`transformed text ${x('61')}`, 'close 4000']);
  });

  it.each(['client', 'server'] as const)(
    'as a %s lets the answer to a Close wait for what is under way, and then ends',
    (role) => {
      for (const closesFirst of [false, true]) {
        const transform = new XorTransform({ later: true });
        const peer = new Peer(role, { transform });
        peer.endpoint.sendText('a');
        if (closesFirst) peer.endpoint.close(4000, '');
        peer.receive('880203e9');
        expect([peer.sent(), peer.out.ended, peer.heard]).toEqual([[], false, ['closing']]);
        transform.answer();
        expect(peer.sent()).toEqual([`transformed text ${x('61')}`, closesFirst ? 'close 4000' : 'close 1001']);
        expect([peer.out.ended, peer.heard, peer.endpoint.receivedFirst]).toEqual([
          role === 'server',
          ['closing'],
          true,
        ]);
      }
    },
  );

  it('drops what waits on a failure, the end, and a close that does not wait; late answers do nothing', () => {
    for (const what of [...acts, 'now'] as const) {
      const { peer, transform } = later();
      peer.endpoint.sendText('a');
      peer.endpoint.sendText('b');
      if (what === 'now') peer.endpoint.close(1011, '', true);
      else if (what === 'close') continue;
      else act(peer, what);
      while (transform.answer());
      expect(peer.sent()).toEqual({ fail: [failureClose], receiveEnd: [], now: ['close 1011'] }[what]);
      expect([peer.endpoint.waitingAmount, peer.endpoint.sending]).toEqual([0, false]);
    }
  });

  it('ends also when the end of the transport comes out of the last Close', () => {
    const transform = new XorTransform({ later: true });
    const peer = new Peer('server', { transform });
    peer.out.end = () => peer.endpoint.receiveEnd();
    peer.endpoint.sendText('a');
    peer.receive('880203e9');
    transform.answer();
    expect([peer.heard, transform.closed]).toEqual([['closing', 'closed'], 1]);
    expect(peer.sent()).toEqual([`transformed text ${x('61')}`, 'close 1001']);
  });

  it('closes the transform once', () => {
    const { peer, transform } = later();
    peer.endpoint.fail(failure);
    expect(transform.closed).toBe(0);
    peer.endpoint.receiveEnd();
    peer.endpoint.receiveEnd();
    expect(transform.closed).toBe(1);
  });
});

describe('receiving with a transform', () => {
  it('restores messages, whole or in fragments, and lets others be', () => {
    const peer = new Peer('client', { transform: new XorTransform() });
    peer.receiveRaw(`c101 ${x('61')} 4201 ${x('62')} 8001 ${x('63')} 8101 64 c100 c201 ${x('65')}`);
    expect(peer.heard).toEqual(['text a', 'binary 6263', 'text d', 'text ', 'binary 65']);
  });

  it('lets everything behind a message wait while it is restored, control frames too', () => {
    const { peer, transform } = later();
    peer.receiveRaw(`c101 ${x('61')} 8901 00 8101 62 c201 ${x('63')} 880203e8`);
    expect(peer.heard).toEqual(['held']);
    transform.answer();
    expect(peer.heard).toEqual(['held', 'text a', 'free', 'ping 00', 'text b', 'held']);
    transform.answer();
    expect(peer.heard.slice(6)).toEqual(['binary 63', 'free', 'closing']);
  });

  it.each([
    ['cannot be restored', 'c201 ff', 'DEFLATE_INVALID', ''],
    ['is too big when restored', `c206 ${'61'.repeat(6)}`, 'MESSAGE_TOO_BIG', 'maxMessageSize is 5.'],
    ['is invalid text when restored', `c101 ${x('c3')}`, 'TEXT_INVALID', ''],
  ])('refuses what %s, at once or later', (_, hex, violation, detail) => {
    for (const late of [false, true]) {
      const transform = new XorTransform({ later: late });
      const peer = new Peer('client', { transform, maxMessageSize: 5 });
      peer.receiveRaw(`${hex} 8101 61`);
      transform.answer();
      expect(peer.heard).toEqual([
        ...(late ? ['held'] : []),
        `failed ${violation}`,
        'closing',
        ...(late ? ['free'] : []),
      ]);
      expect(peer.errors[0]?.message).toContain(detail);
    }
  });

  it('gives what cannot be made smaller some room, and no more', () => {
    const peer = (): Peer =>
      new Peer('client', { transform: new XorTransform(), maxMessageSize: 160, maxStreamedMessageSize: 320 });
    const header = (size: number): string => `c27e${size.toString(16).padStart(4, '0')}`;
    const right = peer();
    // 238 less a sixteenth and 64 is 159.1.
    right.receiveRaw(header(238));
    expect(right.heard).toEqual([]);
    const wrong = peer();
    wrong.receiveRaw(header(240));
    expect(wrong.heard[0]).toBe('failed MESSAGE_TOO_BIG');
    const streamed = peer();
    streamed.endpoint.streamNext(true);
    streamed.receiveRaw(header(409));
    expect(streamed.heard).toEqual(['start binary']);
    const tooBig = peer();
    tooBig.endpoint.streamNext(true);
    tooBig.receiveRaw(header(410));
    expect(tooBig.heard[0]).toBe('failed MESSAGE_TOO_BIG');
    const inMiddle = peer();
    inMiddle.endpoint.streamNext(true);
    inMiddle.receiveRaw(`${header(409)}${'61'.repeat(409)}`);
    expect(inMiddle.heard.slice(-2)).toEqual(['failed MESSAGE_TOO_BIG', 'closing']);
    expect(inMiddle.errors[0]?.message).toContain('maxStreamedMessageSize is 320.');
  });

  it.each(acts)('%s while a message is restored: nothing is delivered, and what waits is dropped', (what) => {
    const { peer, transform } = later();
    peer.receiveRaw(`c101 ${x('61')} 8101 62 8901 00`);
    act(peer, what);
    expect(peer.heard).toEqual(['held', ...ENDED[what], ...(what === 'close' ? ['ping 00'] : [])]);
    const before = [...peer.heard];
    transform.answer();
    expect(peer.heard).toEqual(before);
  });

  it('a close while a message is restored lets the Close of the peer be heard, after ours was written', () => {
    const { peer } = later();
    peer.receiveRaw(`c101 ${x('61')} 880203e9`);
    peer.endpoint.close(4000, '');
    expect(peer.sent()).toEqual(['close 4000']);
    expect([peer.endpoint.received?.code, peer.endpoint.receivedFirst]).toEqual([1001, false]);
  });

  it.each(acts)('%s inside a message that was restored later', (what) => {
    const { peer, transform } = later();
    peer.after = (line) => {
      if (line === 'text a') act(peer, what);
    };
    peer.receiveRaw(`c101 ${x('61')} 8901 00 8101 62`);
    transform.answer();
    expect(peer.heard).toEqual(['held', 'text a', ...ENDED[what], ...(what === 'close' ? ['ping 00'] : [])]);
  });

  it('suspended meanwhile, delivers and refuses nothing before it is resumed', () => {
    for (const [hex, heard] of [
      [`c101 ${x('61')}`, ['text a', 'free', 'text b']],
      ['c201 ff', ['failed DEFLATE_INVALID', 'closing', 'free']],
    ] as const) {
      const { peer, transform } = later();
      peer.receiveRaw(`${hex} 8101 62`);
      peer.endpoint.suspend();
      transform.answer();
      expect(peer.heard).toEqual(['held']);
      peer.endpoint.resume();
      expect(peer.heard).toEqual(['held', ...heard]);
    }
  });

  it.each(acts)('%s after the answer came during a suspension: it is dropped', (what) => {
    const { peer, transform } = later();
    peer.receiveRaw(`c101 ${x('61')} 8101 62`);
    peer.endpoint.suspend();
    transform.answer();
    act(peer, what);
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['held', ...ENDED[what]]);
  });

  it('resumed meanwhile, goes on waiting', () => {
    const { peer, transform } = later();
    peer.receiveRaw(`c101 ${x('61')} 8101 62`);
    peer.endpoint.suspend();
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['held']);
    transform.answer();
    expect(peer.heard).toEqual(['held', 'text a', 'free', 'text b']);
  });

  it('after a close drops transformed messages without restoring them', () => {
    const { peer, transform } = later();
    peer.endpoint.close(1000, '');
    peer.receiveRaw(`c101 ff 4101 ff 8001 ff 8901 00`);
    expect([peer.heard, transform.owes]).toEqual([['closing', 'ping 00'], 0]);
  });
});

describe('receiving streams with a transform', () => {
  const FRAMES = `4103 ${x('616263')} 8901 00 8001 ${x('64')} 8101 65`;
  const HEARD = ['start text', 'part 6162', 'part 63', 'ping 00', 'part 64', 'end', 'start text', 'part 65', 'end'];

  it('restores part by part, at once or later', () => {
    const peer = new Peer('client', { transform: new XorTransform() });
    peer.endpoint.streamNext(true);
    peer.receiveRaw(FRAMES);
    expect(peer.heard).toEqual(HEARD);
    const slow = later();
    slow.peer.endpoint.streamNext(true);
    slow.peer.receiveRaw(FRAMES);
    expect(slow.peer.heard).toEqual(['start text', 'held']);
    while (slow.transform.answer());
    expect(slow.peer.heard.filter((line) => line !== 'held' && line !== 'free')).toEqual(HEARD);
    expect(slow.peer.heard.filter((line) => line === 'held')).toHaveLength(3);
    expect(slow.peer.heard.filter((line) => line === 'free')).toHaveLength(3);
  });

  it('takes the message under way, and what was collected of it is restored as its first part', () => {
    const { peer, transform } = later();
    peer.receiveRaw(`4201 ${x('61')} 0001 ${x('62')}`);
    peer.endpoint.streamNext(true);
    peer.receiveRaw(`8001 ${x('63')} 8101 64`);
    expect(peer.heard).toEqual(['start binary', 'held']);
    while (transform.answer());
    expect(peer.heard).toEqual([
      'start binary',
      'held',
      'part 6162',
      'free',
      'held',
      'part 63',
      'free',
      'held',
      'end',
      'free',
      'start text',
      'part 64',
      'end',
    ]);
  });

  it('takes a message that is held for its size', () => {
    const { peer, transform } = later({ maxMessageSize: 1, maxStreamedMessageSize: 100 });
    peer.holds = () => true;
    peer.receiveRaw(`c246 ${x('6162'.repeat(35))}`);
    expect(peer.heard).toEqual(['held']);
    peer.endpoint.streamNext(true);
    expect(peer.heard).toEqual(['held', 'start binary', 'free', 'held']);
    while (transform.answer());
    expect(peer.heard.slice(4)).toEqual([
      ...Array.from({ length: 35 }, () => 'part 6162'),
      'free',
      'held',
      'end',
      'free',
    ]);
  });

  it.each([
    ['what cannot be restored', 'c203 343434', 'aa', 'DEFLATE_INVALID'],
    ['invalid text', 'c103 343434', 'ff', 'TEXT_INVALID'],
    ['text that ends inside a character', 'c103 343434', 'c3', 'TEXT_INVALID'],
  ])('refuses %s', (_, __, byte, violation) => {
    for (const late of [false, true]) {
      const transform = new XorTransform({ later: late });
      const peer = new Peer('client', { transform });
      peer.endpoint.streamNext(true);
      peer.receiveRaw(`4101 ${x('61')} 8001 ${x(byte)} 8101 61`);
      while (transform.answer());
      expect(peer.heard.filter((line) => line !== 'free').slice(-2)).toEqual([`failed ${violation}`, 'closing']);
      expect(transform.decoders.map(({ closed }) => closed)).toEqual([1]);
    }
  });

  it.each(HEARD.map((line, index) => [line, index] as const))(
    'suspended inside "%s" (%i) holds the rest until resume',
    (_, index) => {
      const peer = new Peer('client', { transform: new XorTransform() });
      peer.endpoint.streamNext(true);
      let count = 0;
      peer.after = (line) => {
        if (line !== 'held' && line !== 'free' && count++ === index) peer.endpoint.suspend();
      };
      const heard = (): string[] => peer.heard.filter((line) => line !== 'held' && line !== 'free');
      peer.receiveRaw(FRAMES);
      expect(heard()).toEqual(HEARD.slice(0, index + 1));
      peer.endpoint.resume();
      expect(heard()).toEqual(HEARD);
    },
  );

  it('suspended inside every call, and resumed from outside, loses nothing', () => {
    for (const late of [false, true]) {
      const transform = new XorTransform({ later: late });
      const peer = new Peer('client', { transform });
      peer.endpoint.streamNext(true);
      peer.after = (line) => {
        if (line !== 'held' && line !== 'free') peer.endpoint.suspend();
      };
      peer.receiveRaw(FRAMES);
      const heard = (): string[] => peer.heard.filter((line) => line !== 'held' && line !== 'free');
      for (let count = 1; count <= HEARD.length; count++) {
        while (transform.answer());
        expect(heard()).toEqual(HEARD.slice(0, count));
        peer.endpoint.resume();
      }
      expect(heard()).toEqual(HEARD);
    }
  });

  it('suspended inside the start of a stream made of a message under way holds what was collected of it', () => {
    const peer = new Peer('client', { transform: new XorTransform() });
    peer.receiveRaw(`4201 ${x('61')}`);
    peer.after = (line) => {
      if (line === 'start binary') peer.endpoint.suspend();
    };
    peer.endpoint.streamNext(true);
    expect(peer.heard).toEqual(['start binary']);
    peer.endpoint.resume();
    peer.receiveRaw(`8001 ${x('62')}`);
    expect(peer.heard).toEqual(['start binary', 'part 61', 'part 62', 'end']);
  });

  it.each(acts.flatMap((what) => ['start text', 'part 6162', 'part 64', 'end'].map((line) => [what, line] as const)))(
    '%s inside "%s": nothing more of it is heard, and the decoder is closed once',
    (what, line) => {
      for (const late of [false, true]) {
        const transform = new XorTransform({ later: late });
        const peer = new Peer('client', { transform });
        peer.endpoint.streamNext(true);
        peer.after = (now) => {
          if (now === line) act(peer, what);
        };
        peer.receiveRaw(FRAMES);
        while (transform.answer());
        const heard = peer.heard.filter((one) => one !== 'held' && one !== 'free' && one !== 'ping 00');
        const until = HEARD.filter((one) => one !== 'ping 00');
        const end = ENDED[what].filter((one) => one !== 'free');
        expect(heard).toEqual([...until.slice(0, until.indexOf(line) + 1), ...end]);
        expect(transform.decoders.map(({ closed, pushedAfterClose }) => [closed, pushedAfterClose])).toEqual([[1, 0]]);
      }
    },
  );

  it.each(acts)('%s while a part is restored: late answers do nothing', (what) => {
    const { peer, transform } = later();
    peer.endpoint.streamNext(true);
    peer.receiveRaw(FRAMES);
    act(peer, what);
    const before = [...peer.heard];
    expect(before).toEqual(['start text', 'held', ...ENDED[what], ...(what === 'close' ? ['ping 00'] : [])]);
    while (transform.answer());
    expect(peer.heard).toEqual(before);
    expect(transform.decoders[0]?.closed).toBe(1);
  });

  it('the Close of the peer in mid-message ends the stream without its end, and frees the decoder', () => {
    const { peer, transform } = later();
    peer.endpoint.streamNext(true);
    peer.receiveRaw(`4201 ${x('61')} 880203e8`);
    while (transform.answer());
    expect(peer.heard).toEqual(['start binary', 'held', 'part 61', 'free', 'closing']);
    expect(transform.decoders[0]?.closed).toBe(1);
  });
});

/** The messages of a record, as type and hex. */
function messages(heard: readonly string[]): string[] {
  const all: string[] = [];
  let stream = '';
  for (const line of heard) {
    const [what = '', rest = ''] = line.split(/ (.*)/s);
    if (what === 'start') stream = `${rest} `;
    else if (what === 'part') stream += rest;
    else if (what === 'end') all.push(stream);
    else if (what === 'text') all.push(`text ${utf8Hex(rest)}`);
    else if (what === 'binary') all.push(line);
  }
  return all;
}

describe('two endpoints with a transform', () => {
  const anyAct = fc.record({
    who: fc.constantFrom('client' as const, 'server' as const),
    what: fc.constantFrom(
      'text',
      'binary',
      'plain',
      'stream',
      'write',
      'end',
      'answer',
      'answer',
      'carry',
      'ping',
      'streamNext',
      'whole',
      'suspend',
      'resume',
    ),
    bytes: fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
  });

  it('deliver everything that was sent before a close, in order, whatever happens meanwhile', () => {
    fc.assert(
      fc.property(
        fc.array(anyAct, { maxLength: 60 }),
        fc.constantFrom('client' as const, 'server' as const),
        chunkSizes,
        fc.boolean(),
        (steps, closer, sizes, late) => {
          const rig = {
            client: new XorTransform({ later: late, threshold: 2 }),
            server: new XorTransform({ later: late, threshold: 2 }),
          };
          const joined = new JoinedEndpoints({
            client: { transform: rig.client },
            server: { transform: rig.server },
            carrier: (bytes) => inChunks(bytes, sizes),
          });
          const sent: Record<'client' | 'server', string[]> = { client: [], server: [] };
          const streams: Record<'client' | 'server', { sender: StreamSender; index: number }[]> = {
            client: [],
            server: [],
          };
          const other = (who: 'client' | 'server') => (who === 'client' ? 'server' : 'client');
          for (const { who, what, bytes } of steps) {
            const { endpoint } = joined[who];
            const payload = new TextEncoder().encode(bytes);
            const under = streams[who][0];
            if (what === 'text' || what === 'plain') {
              sent[who].push(`text ${toHex(payload)}`);
              endpoint.sendText(bytes, what === 'text');
            } else if (what === 'binary') {
              sent[who].push(`binary ${toHex(payload)}`);
              endpoint.sendBinary(payload);
            } else if (what === 'stream') {
              const sender = new StreamSender();
              streams[who].push({ sender, index: sent[who].push('binary ') - 1 });
              endpoint.sendStream('binary', sender);
            } else if (what === 'write' && under !== undefined) {
              sent[who][under.index] += toHex(payload);
              under.sender.write(payload);
            } else if (what === 'end') {
              streams[who].shift()?.sender.end();
            } else if (what === 'answer') rig[who].answer();
            else if (what === 'carry') joined.carry(joined[who], joined[other(who)]);
            else if (what === 'ping') endpoint.ping(fromHex('00'));
            else if (what === 'streamNext' || what === 'whole') endpoint.streamNext(what === 'streamNext');
            else if (what === 'suspend') endpoint.suspend();
            else if (what === 'resume') endpoint.resume();
          }
          joined[closer].endpoint.close(1000, '');
          for (const { sender } of streams[closer]) sender.end();
          const settle = (): boolean => {
            joined.client.endpoint.resume();
            joined.server.endpoint.resume();
            const moved = [joined.carry(joined.client, joined.server), joined.carry(joined.server, joined.client)];
            return [rig.client.answer(), rig.server.answer(), ...moved].includes(true);
          };
          while (settle());
          expect(messages(joined[other(closer)].heard)).toEqual(sent[closer]);
          const back = messages(joined[closer].heard);
          expect(back).toEqual(sent[other(closer)].slice(0, back.length));
          expect([joined.client.errors, joined.server.errors]).toEqual([[], []]);
          for (const peer of [joined.client, joined.server]) {
            expect(peer.heard.filter((line) => line === 'closing' || line === 'closed')).toEqual(['closing', 'closed']);
            expect([peer.endpoint.received?.code, peer.endpoint.sent?.code]).toEqual([1000, 1000]);
          }
          for (const { decoders, closed } of Object.values(rig)) {
            expect(decoders.every((decoder) => decoder.closed === 1 && decoder.pushedAfterClose === 0)).toBe(true);
            expect(closed).toBe(1);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('with zlib', () => {
  const text = 'Zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich. '.repeat(5000);

  /** Lets both sides work until one is closed. */
  async function settle(joined: JoinedEndpoints): Promise<void> {
    while (joined.server.endpoint.state !== 'closed' || joined.client.endpoint.state !== 'closed') {
      joined.settle();
      await new Promise(setImmediate);
    }
  }

  it('messages come whole and as streams, in order, before the Close', async () => {
    const transforms = [new ZlibTransform(), new ZlibTransform()] as const;
    const joined = new JoinedEndpoints({ client: { transform: transforms[0] }, server: { transform: transforms[1] } });
    const { client, server } = joined;
    server.after = (line) => {
      if (line === 'end') server.endpoint.streamNext(false);
      else if (line === 'binary 01') server.endpoint.streamNext(true);
    };
    client.endpoint.sendText(text);
    client.endpoint.sendBinary(fromHex('01'), false);
    client.endpoint.sendText(text);
    client.endpoint.sendText('end');
    client.endpoint.close(1000, '');
    await settle(joined);
    expect(messages(server.heard)).toEqual([
      `text ${utf8Hex(text)}`,
      'binary 01',
      `text ${utf8Hex(text)}`,
      `text ${utf8Hex('end')}`,
    ]);
    expect(server.heard.filter((line) => line.startsWith('part')).length).toBeGreaterThan(1);
    expect(transforms.map(({ open }) => open)).toEqual([0, 0]);
    expect(client.endpoint.received?.code).toBe(1000);
  });

  it('a bomb ends at the limit, whole and as a stream', async () => {
    const bomb = deflated(new Uint8Array(10_000_000));
    for (const streamed of [false, true]) {
      const transform = new ZlibTransform();
      const peer = new Peer('client', { transform, maxMessageSize: 100_000, maxStreamedMessageSize: 200_000 });
      peer.endpoint.streamNext(streamed);
      const failed = new Promise<void>((resolve) => {
        peer.after = (line) => {
          if (line === 'closing') resolve();
        };
      });
      peer.receiveRaw(`c27e${bomb.length.toString(16).padStart(4, '0')}${toHex(bomb)}`);
      await failed;
      expect(peer.errors[0]?.code).toBe('MESSAGE_TOO_BIG');
      expect(messages(peer.heard)).toEqual([]);
      expect(transform.open).toBe(0);
    }
  });
});

describe('a compressed message that comes while a loop over streams is busy', () => {
  const BIG = new Uint8Array(5000).fill(7);
  const frame = `c2${deflated(BIG).length.toString(16).padStart(2, '0')}${toHex(deflated(BIG))}`;
  const busy = (maxMessageSize: number): Peer => {
    const peer = new Peer('client', { transform: new ZlibTransform(), maxMessageSize });
    peer.loops = true;
    return peer;
  };
  const heard = async (peer: Peer, last: string): Promise<string[]> => {
    while (!peer.heard.includes(last)) await new Promise((resolve) => setImmediate(resolve));
    return peer.heard;
  };

  it('waits to become a stream, for it may be larger than can be kept', async () => {
    const peer = busy(1000);
    peer.receiveRaw(frame);
    expect(peer.heard).toEqual(['held']);
    peer.endpoint.streamNext(true);
    expect((await heard(peer, 'end')).filter((line) => line.startsWith('part'))).toEqual([`part ${toHex(BIG)}`]);
    expect(peer.errors).toEqual([]);
  });

  it('is restored as a whole when a consumer of wholes comes instead', async () => {
    const peer = busy(10_000);
    peer.receiveRaw(frame);
    expect(peer.heard).toEqual(['held']);
    peer.endpoint.refuseOversized();
    expect(await heard(peer, `binary ${toHex(BIG)}`)).toContain(`binary ${toHex(BIG)}`);
  });

  it('waits for nobody when whatever it becomes can be kept', async () => {
    const peer = busy(frame.length * 1032);
    peer.receiveRaw(frame);
    expect(await heard(peer, `binary ${toHex(BIG)}`)).toContain(`binary ${toHex(BIG)}`);
  });

  it('waits for nobody when it is no longer wanted', () => {
    const peer = busy(1000);
    peer.endpoint.close(1000, '');
    peer.receiveRaw(`${frame} 8802 03e8`);
    expect(peer.heard).toEqual(['closing']);
    expect(peer.endpoint.received).toEqual({ code: 1000, reason: '' });
  });
});
