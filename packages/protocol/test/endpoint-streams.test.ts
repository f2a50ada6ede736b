// Messages sent and received part by part.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferSink } from '../src/buffer-sink.ts';
import { Endpoint } from '../src/endpoint.ts';
import { ProtocolError, VIOLATIONS } from '../src/errors.ts';
import { Peer, type PeerOptions } from './peer.ts';
import { StreamSender } from './stream-sender.ts';
import { fromHex, utf8Hex } from './vectors/wire.ts';
import { chunkSizes, inChunks, maskedBytes, validMessage } from './wire-bytes.ts';

const roles = ['client', 'server'] as const;
const failure = new ProtocolError('TOO_MANY_CONTROL_FRAMES');
const failureClose = `close 1008 ${VIOLATIONS.TOO_MANY_CONTROL_FRAMES.message}`;

function streaming(options: PeerOptions = {}): Peer {
  const peer = new Peer('client', options);
  peer.endpoint.streamNext(true);
  return peer;
}

/** An endpoint that holds what is over 4 bytes. */
function holding(options: PeerOptions = {}): Peer {
  const peer = new Peer('client', { maxMessageSize: 4, maxStreamedMessageSize: 8, ...options });
  peer.holds = () => true;
  return peer;
}

describe('Endpoint.streamNext', () => {
  it('delivers messages as they come, control frames between them', () => {
    const peer = streaming();
    peer.receiveRaw('0201 61 8901 00 0002 62');
    peer.receiveRaw('63 8000 8101 64 8200');
    expect(peer.heard).toEqual([
      'start binary',
      'part 61',
      'ping 00',
      'part 62',
      'part 63',
      'end',
      'start text',
      'part 64',
      'end',
      'start binary',
      'end',
    ]);
  });

  it('turned off, leaves the stream under way a stream', () => {
    const peer = streaming();
    peer.receiveRaw('0201 61');
    peer.endpoint.streamNext(false);
    peer.receiveRaw('8001 62 8101 63');
    expect(peer.heard).toEqual(['start binary', 'part 61', 'part 62', 'end', 'text c']);
  });

  it('takes the message under way with what was collected of it', () => {
    const peer = new Peer('client');
    peer.receiveRaw('0101 61 0002 62c3');
    peer.endpoint.streamNext(true);
    expect(peer.heard).toEqual(['start text', 'part 6162c3']);
    peer.endpoint.streamNext(true);
    peer.receiveRaw('8001 a9');
    expect(peer.heard).toEqual(['start text', 'part 6162c3', 'part a9', 'end']);
  });

  it('takes the message under way also when nothing of it came yet', () => {
    const peer = new Peer('client');
    peer.receiveRaw('8202');
    peer.endpoint.streamNext(true);
    peer.receiveRaw('6162');
    expect(peer.heard).toEqual(['start binary', 'part 6162', 'end']);
  });

  it('called inside a message that was delivered whole, takes the next one', () => {
    for (const whole of ['8101 61', '8201 61', '0101 61 8000']) {
      const peer = new Peer('client');
      peer.after = (line) => {
        if (!line.startsWith('start')) peer.endpoint.streamNext(true);
      };
      peer.receiveRaw(`${whole} 8101 62`);
      expect(peer.heard.slice(1)).toEqual(['start text', 'part 62', 'end']);
    }
  });

  it('called inside a control frame in the middle of a message, takes that message', () => {
    const peer = new Peer('client');
    peer.after = (line) => {
      if (line.startsWith('ping')) peer.endpoint.streamNext(true);
    };
    peer.receiveRaw('0101 61 8901 00 8001 62');
    expect(peer.heard).toEqual(['ping 00', 'start text', 'part 61', 'part 62', 'end']);
  });

  it('turned on and off inside the calls of streams, takes each message one way or the other', () => {
    const peer = streaming();
    peer.after = (line) => peer.endpoint.streamNext(line === 'text b');
    peer.receiveRaw('0101 61 8000 8101 62 8101 63 8101 64');
    expect(peer.heard).toEqual(['start text', 'part 61', 'end', 'text b', 'start text', 'part 63', 'end', 'text d']);
  });

  it.each(['8102 61ff', '0102 61c3 8001 61', '0101 c3 8000', '0102 edbf'])('refuses invalid text: %s', (hex) => {
    const peer = streaming();
    peer.receiveRaw(hex);
    expect(peer.heard.slice(-2)).toEqual(['failed TEXT_INVALID', 'closing']);
    expect(peer.heard).not.toContain('end');
  });

  it('after a close or the end does nothing', () => {
    for (const end of ['close', 'receiveEnd', 'fail'] as const) {
      const peer = new Peer('client');
      peer.receiveRaw('0101 61');
      if (end === 'close') peer.endpoint.close(1000, '');
      else if (end === 'fail') peer.endpoint.fail(failure);
      else peer.endpoint.receiveEnd();
      const before = [...peer.heard];
      peer.endpoint.streamNext(true);
      peer.receiveRaw('8001 62 8101 63');
      expect(peer.heard).toEqual(before);
    }
  });

  it('is nothing to a handler without the calls of streams', () => {
    const heard: unknown[] = [];
    const silent = {
      ping() {},
      pong() {},
      stateChanged() {},
      failed() {},
      binary() {},
      text: (text: string) => heard.push(text),
    };
    const endpoint = new Endpoint(silent, new BufferSink(), { role: 'client', maskingKey: () => 0 });
    endpoint.streamNext(true);
    endpoint.receive(fromHex('8101 61'));
    endpoint.streamNext(false);
    endpoint.receive(fromHex('8101 62'));
    expect(heard).toEqual(['b']);
  });
});

describe('the limits of a stream', () => {
  it.each([
    ['in one frame', '8205', ''],
    ['in fragments', '0203 616263 8002', '616263'],
  ])('maxStreamedMessageSize, %s', (_, hex, before) => {
    const peer = streaming({ maxMessageSize: 2, maxStreamedMessageSize: 4 });
    peer.receiveRaw(hex);
    expect(peer.heard).toEqual([
      ...(before === '' ? [] : ['start binary', `part ${before}`]),
      'failed MESSAGE_TOO_BIG',
      'closing',
    ]);
    expect(peer.errors[0]?.message).toContain('It has at least 5 bytes, maxStreamedMessageSize is 4.');
  });

  it('maxFrameSize holds for every frame of a message, however it is taken', () => {
    for (const peer of [streaming({ maxFrameSize: 2 }), new Peer('client', { maxFrameSize: 2 })]) {
      peer.receiveRaw('0202 6161 8003');
      expect(peer.heard.slice(-2)).toEqual(['failed FRAME_TOO_BIG', 'closing']);
      expect(peer.errors[0]?.message).toContain('It has 3 bytes, the limit is 2.');
      expect(peer.sent()).toEqual([`close 1009 ${VIOLATIONS.FRAME_TOO_BIG.message}`]);
    }
  });

  it('maxFragments does not count those of a stream, which cost nothing beside their payload', () => {
    const peer = streaming({ maxFragments: 2 });
    peer.receiveRaw(`0201 61 ${'0001 62'.repeat(100)} 8000`);
    expect(peer.errors).toEqual([]);
    expect(peer.heard.at(-1)).toBe('end');
  });

  it('default to 1 GiB, or to maxMessageSize where that is more', () => {
    const size = (bytes: number): string => bytes.toString(16).padStart(16, '0');
    for (const [maxMessageSize, most] of [
      [1, 2 ** 30],
      [2 ** 31, 2 ** 31],
    ] as const) {
      const right = streaming({ maxMessageSize });
      right.receiveRaw(`827f${size(most)}`);
      expect(right.heard).toEqual(['start binary']);
      const wrong = streaming({ maxMessageSize });
      wrong.receiveRaw(`827f${size(most + 1)}`);
      expect(wrong.heard).toEqual(['failed MESSAGE_TOO_BIG', 'closing']);
    }
  });
});

describe('a message over maxMessageSize while nobody has said how to take it', () => {
  it('is held: nothing more is heard, until it is taken as a stream', () => {
    const peer = holding();
    peer.receiveRaw('0201 61 8004 62636465 8101 66');
    expect(peer.heard).toEqual(['held']);
    peer.receiveRaw('8901 00');
    peer.endpoint.streamNext(true);
    expect(peer.heard).toEqual([
      'held',
      'start binary',
      'part 61',
      'free',
      'part 62636465',
      'end',
      'start text',
      'part 66',
      'end',
      'ping 00',
    ]);
  });

  it('is refused when it is refused', () => {
    const peer = holding();
    peer.endpoint.refuseOversized();
    peer.receiveRaw('8205 6162636465');
    peer.endpoint.refuseOversized();
    peer.endpoint.refuseOversized();
    expect(peer.heard).toEqual(['held', 'failed MESSAGE_TOO_BIG', 'closing', 'free']);
    expect(peer.errors[0]?.message).toContain('It has at least 5 bytes, maxMessageSize is 4.');
    peer.endpoint.streamNext(true);
    peer.endpoint.receiveEnd();
    expect(peer.heard.at(-1)).toBe('closed');
  });

  it('is refused at once when the handler does not hold it, or it is over both limits, or one of its frames is', () => {
    for (const [peer, hex, violation] of [
      [new Peer('client', { maxMessageSize: 4 }), '8205', 'MESSAGE_TOO_BIG'],
      [holding(), '8209', 'MESSAGE_TOO_BIG'],
      [holding({ maxFrameSize: 4 }), '8205', 'FRAME_TOO_BIG'],
      [holding({ maxFragments: 1 }), '0204 61616161 8001', 'TOO_MANY_FRAGMENTS'],
    ] as const) {
      peer.receiveRaw(hex);
      expect(peer.heard).toEqual([`failed ${violation}`, 'closing']);
    }
    const over = holding();
    over.receiveRaw('8209');
    expect(over.errors[0]?.message).toContain('maxMessageSize is 4');
  });

  it('is dropped by a local close, and the Close of the peer that waits behind it is heard after ours was written', () => {
    for (const role of roles) {
      const peer = new Peer(role, { maxMessageSize: 4, maxStreamedMessageSize: 8 });
      peer.holds = () => true;
      peer.receive('8205 6162636465 8902 0001 880203e9');
      peer.endpoint.close(4000, '');
      expect(peer.heard).toEqual(['held', 'closing', 'free', 'ping 0001']);
      expect(peer.sent()).toEqual(['close 4000']);
      expect([peer.endpoint.received?.code, peer.endpoint.receivedFirst]).toEqual([1001, false]);
      expect(peer.out.ended).toBe(role === 'server');
    }
  });

  it('is dropped by a failure, and by the end', () => {
    const failed = holding();
    failed.receiveRaw('8205 6162636465 8101 61');
    failed.endpoint.fail(failure);
    expect(failed.heard).toEqual(['held', 'failed TOO_MANY_CONTROL_FRAMES', 'closing', 'free']);
    const ended = holding();
    ended.receiveRaw('8205 6162636465 8101 61');
    ended.endpoint.receiveEnd();
    ended.endpoint.streamNext(true);
    ended.endpoint.refuseOversized();
    expect(ended.heard).toEqual(['held', 'free', 'closed']);
  });

  it('may be taken, refused or closed for while the handler is asked, or told that it is held', () => {
    const acts = (peer: Peer): Record<string, () => void> => ({
      take: () => peer.endpoint.streamNext(true),
      close: () => peer.endpoint.close(1000, ''),
      fail: () => peer.endpoint.fail(failure),
      refuse: () => peer.endpoint.refuseOversized(),
    });
    for (const name of ['take', 'close', 'fail'] as const) {
      const asked = holding();
      asked.holds = () => {
        acts(asked)[name]?.();
        return true;
      };
      asked.receiveRaw('8205 6162636465 8901 00');
      expect(asked.heard).toEqual(
        {
          take: ['start binary', 'part 6162636465', 'end', 'ping 00'],
          close: ['closing', 'ping 00'],
          fail: ['failed TOO_MANY_CONTROL_FRAMES', 'closing'],
        }[name],
      );
    }
    for (const name of ['take', 'close', 'fail', 'refuse'] as const) {
      const told = holding();
      told.after = (line) => {
        if (line === 'held') acts(told)[name]?.();
      };
      told.receiveRaw('8205 6162636465 8901 00');
      expect(told.heard).toEqual(
        {
          take: ['held', 'start binary', 'free', 'part 6162636465', 'end', 'ping 00'],
          close: ['held', 'closing', 'free', 'ping 00'],
          fail: ['held', 'failed TOO_MANY_CONTROL_FRAMES', 'closing', 'free'],
          refuse: ['held', 'failed MESSAGE_TOO_BIG', 'closing', 'free'],
        }[name],
      );
    }
  });

  it('asked to be a stream during a suspension, becomes one at its end', () => {
    const peer = holding();
    peer.receiveRaw('0203 616263 8002 6465');
    peer.endpoint.suspend();
    peer.endpoint.streamNext(true);
    expect(peer.heard).toEqual(['held']);
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['held', 'start binary', 'part 616263', 'free', 'part 6465', 'end']);
  });
});

describe('Endpoint.suspend and streams', () => {
  const FRAMES = '0201 61 8901 00 8001 62 8101 63';
  const HEARD = ['start binary', 'part 61', 'ping 00', 'part 62', 'end', 'start text', 'part 63', 'end'];

  it.each(HEARD.map((line, index) => [line, index] as const))(
    'inside "%s" (%i) holds the rest until resume',
    (_, index) => {
      const peer = streaming();
      peer.after = () => {
        if (peer.heard.length === index + 1) peer.endpoint.suspend();
      };
      peer.receiveRaw(FRAMES);
      expect(peer.heard).toEqual(HEARD.slice(0, index + 1));
      peer.endpoint.resume();
      expect(peer.heard).toEqual(HEARD);
    },
  );

  it('inside the start of a stream made of a message under way holds what was collected of it', () => {
    const peer = new Peer('client');
    peer.receiveRaw('0101 61 0001 62');
    peer.after = () => peer.endpoint.suspend();
    peer.endpoint.streamNext(true);
    peer.receiveRaw('8001 63');
    expect(peer.heard).toEqual(['start text']);
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['start text', 'part 6162']);
    peer.endpoint.resume();
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['start text', 'part 6162', 'part 63', 'end']);
  });

  it('and a local close meanwhile drop it, and still check its rest', () => {
    for (const [rest, heard] of [
      ['8001 a9', []],
      ['8001 61', ['failed TEXT_INVALID']],
    ] as const) {
      const peer = new Peer('client');
      peer.receiveRaw('0101 c3');
      peer.after = (line) => {
        if (line === 'start text') peer.endpoint.suspend();
      };
      peer.endpoint.streamNext(true);
      peer.endpoint.close(1000, '');
      peer.endpoint.resume();
      peer.receiveRaw(rest);
      expect(peer.heard).toEqual(['start text', 'closing', ...heard]);
    }
  });
});

describe('an end in the middle of a received stream', () => {
  it.each([
    ['start text', 'close'],
    ['part 61', 'close'],
    ['end', 'close'],
    ['start text', 'fail'],
    ['part 61', 'fail'],
    ['end', 'fail'],
    ['start text', 'receiveEnd'],
    ['part 61', 'receiveEnd'],
    ['end', 'receiveEnd'],
  ] as const)('inside "%s" by %s: nothing more of it is heard', (line, act) => {
    const peer = streaming();
    peer.after = (now) => {
      if (now !== line) return;
      if (act === 'close') peer.endpoint.close(1000, '');
      else if (act === 'fail') peer.endpoint.fail(failure);
      else peer.endpoint.receiveEnd();
    };
    peer.receiveRaw('0101 61 8001 62 8101 63 8901 00');
    const before = ['start text', 'part 61', 'part 62', 'end'];
    const end = {
      close: ['closing', 'ping 00'],
      fail: ['failed TOO_MANY_CONTROL_FRAMES', 'closing'],
      receiveEnd: ['closed'],
    };
    expect(peer.heard).toEqual([...before.slice(0, before.indexOf(line) + 1), ...end[act]]);
  });

  it('inside the start of a stream made of a message under way drops what was collected', () => {
    const peer = new Peer('client');
    peer.receiveRaw('0201 61');
    peer.after = (line) => {
      if (line === 'start binary') peer.endpoint.close(1000, '');
    };
    peer.endpoint.streamNext(true);
    expect(peer.heard).toEqual(['start binary', 'closing']);
  });

  it('by a local close checks its rest, with the text where it was and the limits of a stream', () => {
    const peer = streaming({ maxMessageSize: 1, maxStreamedMessageSize: 1e6, maxFragments: 2 });
    peer.receiveRaw('0102 61c3');
    peer.endpoint.close(1000, '');
    peer.receiveRaw(`0001 a9 007e0400${utf8Hex('x'.repeat(1024))} 8900`);
    expect(peer.heard).toEqual(['start text', 'part 61c3', 'closing', 'ping ']);
    peer.receiveRaw('8001 ff');
    expect(peer.heard.at(-1)).toBe('failed TEXT_INVALID');
    const invalid = streaming();
    invalid.receiveRaw('0101 c3');
    invalid.endpoint.close(1000, '');
    invalid.receiveRaw('8001 61');
    expect(invalid.heard.at(-1)).toBe('failed TEXT_INVALID');
  });

  it('by the Close of the peer is told as closing, never as the end of the stream', () => {
    const peer = streaming();
    peer.receiveRaw('0101 61 880203e8 8001 62');
    peer.endpoint.receiveEnd();
    expect(peer.heard).toEqual(['start text', 'part 61', 'closing', 'closed']);
  });
});

it('any chunks of any messages, streamed or not as it comes, join to the same messages', () => {
  const switches = fc.array(fc.constantFrom('stream', 'whole', 'suspend', 'nothing'), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(
      fc.array(validMessage, { maxLength: 5 }),
      fc.integer(),
      chunkSizes,
      switches,
      (messages, key, sizes, acts) => {
        const bytes = maskedBytes(messages.flat(), key);
        const plain = new Peer('server');
        plain.endpoint.receive(bytes.slice());
        const peer = new Peer('server', { maxMessageSize: 20, maxStreamedMessageSize: 1000 });
        peer.holds = () => true;
        let turn = 0;
        const act = (): void => {
          const now = acts[turn++ % acts.length];
          if (now === 'suspend') peer.endpoint.suspend();
          else if (now !== 'nothing') peer.endpoint.streamNext(now === 'stream');
        };
        peer.after = act;
        for (const chunk of inChunks(bytes, sizes)) {
          peer.endpoint.receive(chunk);
          act();
        }
        for (let rest = 0; rest < 300; rest++) {
          peer.endpoint.resume();
          peer.endpoint.streamNext(true);
        }
        expect(joined(peer.heard)).toEqual(joined(plain.heard));
      },
    ),
    { numRuns: 300 },
  );
});

/** Messages as type and hex, control frames between them in their order. */
function joined(heard: readonly string[]): string[] {
  const messages: string[] = [];
  const controls: string[] = [];
  let stream = '';
  for (const line of heard) {
    const [what = '', rest = ''] = line.split(/ (.*)/s);
    if (what === 'start') stream = `${rest} `;
    else if (what === 'part') stream += rest;
    else if (what === 'end') messages.push(stream);
    else if (what === 'text') messages.push(`text ${utf8Hex(rest)}`);
    else if (what === 'binary') messages.push(line);
    else if (what !== 'held' && what !== 'free') controls.push(line);
  }
  return [...messages, ...controls];
}

describe.each(roles)('as a %s, Endpoint.sendStream', (role) => {
  it('sends frames as they are written; control frames do not wait, messages do', () => {
    const peer = new Peer(role);
    const stream = new StreamSender();
    peer.endpoint.sendStream('text', stream);
    peer.endpoint.sendText('d');
    stream.write(fromHex('61'));
    peer.endpoint.ping(fromHex('00'));
    peer.receive('8901 01');
    peer.endpoint.sendBinary(fromHex('65'));
    if (role === 'server') peer.endpoint.sendEncoded(fromHex('8101 66'));
    stream.write(fromHex('62'));
    expect(peer.sent()).toEqual(['text... a', 'ping 00', 'pong 01', 'continuation... 62']);
    expect([peer.endpoint.sending, peer.endpoint.waitingAmount, peer.endpoint.streamedAmount]).toEqual([
      true,
      role === 'server' ? 5 + 3 * 64 : 2 + 2 * 64,
      2,
    ]);
    stream.end();
    expect(peer.sent()).toEqual(['continuation ', 'text d', 'binary 65', ...(role === 'server' ? ['text f'] : [])]);
    expect([peer.endpoint.sending, peer.endpoint.waitingAmount]).toEqual([false, 0]);
    peer.endpoint.sendText('g');
    expect(peer.sent()).toEqual(['text g']);
  });

  it('never used, leaves nothing to wait for', () => {
    const { endpoint } = new Peer(role);
    endpoint.sendText('a');
    expect([endpoint.sending, endpoint.waitingAmount, endpoint.streamedAmount]).toEqual([false, 0, 0]);
  });

  it('lets close wait for it, and for what is behind it', () => {
    const peer = new Peer(role);
    const first = new StreamSender();
    const second = new StreamSender();
    peer.endpoint.sendStream('binary', first);
    peer.endpoint.sendText('a');
    peer.endpoint.sendStream('binary', second);
    peer.endpoint.close(4000, 'bye');
    peer.endpoint.sendText('late');
    expect([peer.heard, peer.endpoint.sent, peer.endpoint.state]).toEqual([['closing'], undefined, 'closing']);
    first.end();
    second.write(fromHex('62'));
    second.end();
    expect(peer.sent()).toEqual(['binary ', 'text a', 'binary... 62', 'continuation ', 'close 4000 bye']);
    expect(peer.endpoint.sent).toEqual({ code: 4000, reason: 'bye' });
    expect(peer.out.ended).toBe(false);
  });

  it.each([
    ['before its first frame', '', ['text b', 'close 1001']],
    ['in mid-message', '61', ['binary... 61', 'close 1001']],
  ])('is cut by the Close of the peer %s', (_, hex, sent) => {
    const peer = new Peer(role);
    const stream = new StreamSender();
    peer.endpoint.sendStream('binary', stream);
    if (hex !== '') stream.write(fromHex(hex));
    peer.endpoint.sendText('b');
    peer.receive('880203e9');
    stream.write(fromHex('62'));
    stream.end();
    expect(stream.told).toEqual(['started', 'cut']);
    expect(peer.sent()).toEqual(sent);
    expect([peer.heard, peer.out.ended, peer.endpoint.receivedFirst]).toEqual([['closing'], role === 'server', true]);
  });

  it.each([
    ['before its first frame', '', ['close 4000']],
    ['in mid-message', '61', ['binary... 61', 'close 1001']],
  ])('is cut by the Close of the peer while our own waits behind it, %s', (_, hex, sent) => {
    const peer = new Peer(role);
    const stream = new StreamSender();
    peer.endpoint.sendStream('binary', stream);
    if (hex !== '') stream.write(fromHex(hex));
    peer.endpoint.close(4000, '');
    peer.receive('880203e9');
    expect(stream.told).toEqual(['started', 'cut']);
    expect([peer.heard, peer.sent(), peer.out.ended]).toEqual([['closing'], sent, role === 'server']);
  });

  it('is cut by a failure, the end, and a close that does not wait', () => {
    for (const [act, sent] of [
      ['fail', [failureClose]],
      ['receiveEnd', []],
      ['close', ['close 1011']],
    ] as const) {
      const peer = new Peer(role);
      const stream = new StreamSender();
      const behind = new StreamSender();
      peer.endpoint.sendStream('binary', stream);
      peer.endpoint.sendText('a');
      peer.endpoint.sendStream('binary', behind);
      stream.write(fromHex('61'));
      if (act === 'fail') peer.endpoint.fail(failure);
      else if (act === 'close') peer.endpoint.close(1011, '', true);
      else peer.endpoint.receiveEnd();
      stream.write(fromHex('62'));
      stream.end();
      expect([stream.told, behind.told]).toEqual([['started', 'cut'], ['cut']]);
      expect(peer.sent()).toEqual(['binary... 61', ...sent]);
      expect([peer.endpoint.waitingAmount, peer.endpoint.sending]).toEqual([0, false]);
    }
  });

  it('is cut at once unless open', () => {
    for (const end of ['close', 'receiveEnd'] as const) {
      const peer = new Peer(role);
      if (end === 'close') peer.endpoint.close(1000, '');
      else peer.endpoint.receiveEnd();
      const stream = new StreamSender();
      peer.endpoint.sendStream('binary', stream);
      expect(stream.told).toEqual(['cut']);
    }
  });

  it('withdrawn, leaves no trace', () => {
    const peer = new Peer(role);
    const stream = new StreamSender();
    peer.endpoint.sendStream('binary', stream);
    peer.endpoint.sendText('a');
    stream.withdraw();
    expect(peer.sent()).toEqual(['text a']);
  });

  it.each(['close', 'fail', 'receiveEnd'] as const)('may call %s inside its start, and inside its cut', (act) => {
    const acting = (peer: Peer): void => {
      if (act === 'close') peer.endpoint.close(1000, '');
      else if (act === 'fail') peer.endpoint.fail(failure);
      else peer.endpoint.receiveEnd();
      peer.endpoint.sendText('late');
      peer.endpoint.sendStream('text', new StreamSender());
    };
    const starting = new Peer(role);
    const first: StreamSender = new StreamSender(() => acting(starting));
    starting.endpoint.sendStream('text', first);
    first.end();
    expect(starting.sent()).toEqual({ close: ['text ', 'close 1000'], fail: [failureClose], receiveEnd: [] }[act]);
    for (const ending of ['peer', 'fail', 'receiveEnd', 'now'] as const) {
      const peer = new Peer(role);
      const stream: StreamSender = new StreamSender(undefined, () => acting(peer));
      peer.endpoint.sendStream('text', stream);
      if (ending === 'peer') peer.receive('880203e9');
      else if (ending === 'fail') peer.endpoint.fail(new ProtocolError('RESERVED_BITS'));
      else if (ending === 'now') peer.endpoint.close(1011, '', true);
      else peer.endpoint.receiveEnd();
      expect(stream.told).toEqual(['started', 'cut']);
      const closes = peer.sent();
      expect(closes.filter((frame) => !frame.startsWith('close'))).toEqual([]);
      expect(closes.length).toBe(act === 'receiveEnd' || ending === 'receiveEnd' ? 0 : 1);
      expect(peer.heard.filter((line) => line === 'closing').length).toBeLessThanOrEqual(1);
      if (act === 'receiveEnd' || ending === 'receiveEnd')
        expect([peer.heard.at(-1), peer.endpoint.state]).toEqual(['closed', 'closed']);
      else expect(peer.endpoint.state).toBe('closing');
    }
  });
});

describe('Endpoint.close that does not wait', () => {
  it('takes the place of one that waits', () => {
    const peer = new Peer('client');
    const stream = new StreamSender();
    peer.endpoint.sendStream('binary', stream);
    stream.write(fromHex('61'));
    peer.endpoint.close(1000, '');
    peer.endpoint.close(1011, 'failed', true);
    peer.endpoint.close(1011, 'again', true);
    expect([peer.sent(), peer.heard, peer.endpoint.sent]).toEqual([
      ['binary... 61', 'close 1011 failed'],
      ['closing'],
      { code: 1011, reason: 'failed' },
    ]);
  });

  it('with nothing under way is a close, and once closed does nothing', () => {
    const peer = new Peer('client');
    peer.endpoint.close(1011, '', true);
    peer.endpoint.receiveEnd();
    peer.endpoint.close(1011, '', true);
    expect([peer.sent(), peer.heard]).toEqual([['close 1011'], ['closing', 'closed']]);
  });
});
