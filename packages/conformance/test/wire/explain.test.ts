import { describe, expect, it } from 'vitest';
import { Explainer } from '../../src/wire/explain.ts';
import { binary, close, encodeFrame, type Frame, frame, ping, text } from '../../src/wire/frame.ts';

const HEAD = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const KEY = Buffer.from('37fa213d', 'hex');

/** What an explainer that has read the head says of these frames. */
function meanings(frames: readonly Frame[], masked = false): string[] {
  const explainer = new Explainer();
  explainer.explain(HEAD, HEAD.length);
  const bytes = Buffer.concat(frames.map((one) => encodeFrame(one, masked)));
  return explainer.explain(bytes, bytes.length).map(({ meaning }) => meaning);
}

describe('Explainer', () => {
  it('shows the head, then names every field of a frame', () => {
    const explainer = new Explainer();
    const bytes = Buffer.concat([HEAD, encodeFrame(text('Hello', { mask: KEY }), true)]);
    expect(explainer.explain(bytes, bytes.length)).toEqual([
      { hex: HEAD.toString('hex'), meaning: 'GET / HTTP/1.1\r\nHost: a' },
      { hex: '81', meaning: 'FIN, text' },
      { hex: '85', meaning: 'masked, 5 octets' },
      { hex: '37fa213d', meaning: 'masking key' },
      { hex: '7f9f4d5158', meaning: 'payload “Hello”' },
    ]);
  });

  it('says the same when the octets come one by one', () => {
    const explainer = new Explainer();
    const bytes = Buffer.concat([HEAD, encodeFrame(binary(Buffer.alloc(126), { mask: KEY }), true)]);
    const said = [...bytes].flatMap((byte) => explainer.explain(Buffer.from([byte]), 1)).map(({ meaning }) => meaning);
    expect(said.filter((meaning) => meaning !== '').slice(0, 6)).toEqual([
      'GET / HTTP/1.1\r\nHost: a',
      'FIN, binary',
      'masked, the length follows in 16 bits',
      '126 octets, in 16 bits',
      'masking key',
      'payload 0x00',
    ]);
    expect(said.slice(-126)).toEqual(Array.from({ length: 126 }, () => 'payload 0x00'));
  });

  it('names bits, opcodes, codes and reasons', () => {
    expect(meanings([text('a', { rsv: 5, fin: false })])).toEqual(['RSV1, RSV3, text', '1 octet', 'payload “a”']);
    expect(meanings([frame(11), ping()])).toEqual(['FIN, reserved opcode 11', '0 octets', 'FIN, Ping', '0 octets']);
    expect(meanings([close(1002, 'no')])).toEqual(['FIN, Close', '4 octets', 'code 1002, reason “no”']);
    expect(meanings([close(1000)]).at(-1)).toBe('code 1000');
    expect(meanings([text('', { lengthBits: 64 })])).toEqual([
      'FIN, text',
      'the length follows in 64 bits',
      '0 octets, in 64 bits',
    ]);
  });

  it('shows long payloads cut and those that are no text as octets', () => {
    expect(meanings([text('x'.repeat(100))]).at(-1)).toBe(`payload “${'x'.repeat(64)}…”`);
    expect(meanings([binary(Buffer.alloc(100))]).at(-1)).toBe(`payload 0x${'00'.repeat(64)}…`);
  });

  it('goes on after octets that were left out inside a payload', () => {
    const explainer = new Explainer();
    explainer.explain(HEAD, HEAD.length);
    const large = encodeFrame(binary(Buffer.alloc(1000)), false);
    explainer.explain(large.subarray(0, 100), large.length);
    expect(explainer.explain(Buffer.from('8900', 'hex'), 2).map(({ meaning }) => meaning)).toEqual([
      'FIN, Ping',
      '0 octets',
    ]);
  });

  it('guesses nothing after octets that could have been anything', () => {
    const explainer = new Explainer();
    explainer.explain(HEAD, HEAD.length);
    explainer.explain(encodeFrame(ping(), false), 500);
    const unknown = 'what this is cannot be told, because octets before it were left out of the log';
    expect(explainer.explain(Buffer.from('8900', 'hex'), 2)).toEqual([{ hex: '8900', meaning: unknown }]);
    const other = new Explainer();
    other.lose();
    expect(other.explain(HEAD, HEAD.length)[0]?.meaning).toBe(unknown);
  });
});
