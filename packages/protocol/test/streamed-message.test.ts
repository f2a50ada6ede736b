import { describe, expect, it } from 'vitest';
import { type MessageType, StreamedMessage } from '../src/streamed-message.ts';
import { fromHex, toHex } from './vectors/wire.ts';
import { XorTransform, xor } from './xor-transform.ts';

interface Rig {
  readonly message: StreamedMessage;
  readonly transform: XorTransform;
  readonly heard: string[];
  /** Called after each line. */
  after: (line: string) => void;
  /** Answers that wait for the end of a pause. */
  readonly answers: (() => void)[];
  /** Whether answers are to wait. */
  pausing: boolean;
}

function rig(type: MessageType, limit = 100, later = false): Rig {
  const transform = new XorTransform({ later });
  const heard: string[] = [];
  const record = (line: string): void => {
    heard.push(line);
    it.after(line);
  };
  const sink = {
    part: (bytes: Uint8Array) => record(`part ${toHex(bytes)}`),
    end: () => record('end'),
    failed: (violation: string, detail?: string) =>
      record(`failed ${violation}${detail === undefined ? '' : ` ${detail}`}`),
    busy: (on: boolean) => record(on ? 'busy' : 'idle'),
    answer: (run: () => void) => (it.pausing ? it.answers.push(run) : run()),
  };
  const it: Rig = {
    message: new StreamedMessage(type, sink, limit, transform),
    transform,
    heard,
    after: () => {},
    answers: [],
    pausing: false,
  };
  return it;
}

const restored = (hex: string): Uint8Array => xor(fromHex(hex));

describe('StreamedMessage', () => {
  it('restores part by part and frees the decoder at the end', () => {
    const { message, heard, transform } = rig('binary');
    message.push(restored('616263'));
    message.push(restored('64'));
    message.finish();
    message.close();
    expect(heard).toEqual(['part 6162', 'part 63', 'part 64', 'end']);
    expect(transform.decoders[0]?.closed).toBe(1);
  });

  it('says when it works on a part, and when not any more', () => {
    const { message, heard, transform } = rig('binary', 100, true);
    message.push(restored('61'));
    expect(heard).toEqual(['busy']);
    transform.answer();
    message.finish();
    transform.answer();
    expect(heard).toEqual(['busy', 'part 61', 'idle', 'busy', 'end', 'idle']);
  });

  it('takes text cut inside a character', () => {
    const { message, heard } = rig('text');
    message.push(restored('e2'));
    message.push(restored('82ac'));
    message.finish();
    expect(heard).toEqual(['part e2', 'part 82ac', 'end']);
  });

  it.each([
    ['text that is invalid', 'text', ['61ff'], 'failed TEXT_INVALID'],
    ['text that ends inside a character', 'text', ['c3'], 'failed TEXT_INVALID'],
    ['what cannot be restored', 'binary', ['aa'], 'failed DEFLATE_INVALID'],
    [
      'what is too big',
      'binary',
      ['616263'],
      'failed MESSAGE_TOO_BIG It has at least 3 bytes, maxStreamedMessageSize is 2.',
    ],
  ] as const)('refuses %s, and tells nothing more', (_, type, parts, expected) => {
    const { message, heard, transform } = rig(type, 2);
    for (const part of parts) message.push(restored(part));
    if (!heard.includes(expected)) message.finish();
    expect(heard.at(-1)).toBe(expected);
    expect(transform.decoders[0]?.closed).toBe(1);
  });

  it('refuses later what it finds out later, and is idle then', () => {
    const { message, heard, transform } = rig('binary', 2, true);
    message.push(restored('aa'));
    transform.answer();
    expect(heard).toEqual(['busy', 'failed DEFLATE_INVALID', 'idle']);
  });

  it('closed, tells nothing: no part, no answer that comes late', () => {
    const { message, heard, transform } = rig('binary', 100, true);
    message.push(restored('61'));
    message.close();
    transform.answer();
    expect(heard).toEqual(['busy']);
  });

  it('closed inside a part, tells no other', () => {
    const one = rig('binary');
    one.after = () => one.message.close();
    one.message.push(restored('61626364'));
    expect(one.heard).toEqual(['part 6162']);
  });

  it('ignores what a decoder tells after its close', () => {
    const heard: string[] = [];
    let tell: (part: Uint8Array) => void = () => {};
    const decoder = { push() {}, pause() {}, resume() {}, close() {} };
    const transform = new XorTransform();
    transform.decodeParts = (sink) => {
      tell = (part) => sink.decoded(part);
      return decoder as never;
    };
    const part = (): number => heard.push('part');
    const sink = { part, end() {}, failed() {}, busy() {}, answer() {} };
    const message = new StreamedMessage('binary', sink, 10, transform);
    tell(fromHex('61'));
    message.close();
    tell(fromHex('61'));
    expect(heard).toEqual(['part']);
  });

  it('paused, tells nothing more until it is resumed', () => {
    const one = rig('binary');
    one.after = (line) => {
      if (line === 'part 6162') one.message.pause();
    };
    one.message.push(restored('61626364'));
    expect(one.heard).toEqual(['part 6162', 'busy']);
    one.message.resume();
    expect(one.heard).toEqual(['part 6162', 'busy', 'part 6364', 'idle']);
  });

  it('lets its answer wait for the end of a pause', () => {
    const one = rig('binary');
    one.pausing = true;
    one.message.finish();
    expect(one.heard).toEqual(['busy']);
    one.answers[0]?.();
    expect(one.heard).toEqual(['busy', 'end', 'idle']);
  });
});
