import { encodeFrame, encodeMessage, TEXT } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { frameSize } from '../page/frame-size.ts';
import { WireReader } from '../page/wire-reader.ts';

const utf8 = new TextEncoder();
const REQUEST = utf8.encode('GET /chat HTTP/1.1\r\nHost: a\r\nX-Odd:  spaced  \r\n\r\n');
const RESPONSE = utf8.encode('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('frameSize', () => {
  it.each([0, 125, 126, 65_535, 65_536])('knows the end of a frame of %i bytes, masked and not', (length) => {
    const frame = { opcode: TEXT, fin: true, rsv1: false, payload: new Uint8Array(length) } as const;
    for (const bytes of [encodeFrame(frame), encodeFrame(frame, 0x01020304)]) {
      expect(frameSize(bytes)).toBe(bytes.length);
      expect(frameSize(join(bytes, bytes))).toBe(bytes.length);
      const header = bytes.length - length;
      for (let cut = 0; cut < header; cut++) expect(frameSize(bytes.subarray(0, cut))).toBeUndefined();
    }
  });
});

describe('WireReader', () => {
  it('reads both directions, however they were cut, and keeps the heads as they stood', () => {
    const payload = utf8.encode('Grüße 👋');
    const fromClient = join(REQUEST, encodeFrame({ opcode: TEXT, fin: true, rsv1: false, payload }, 0xa1b2c3d4));
    const fromServer = join(RESPONSE, encodeMessage('one'), encodeMessage(new Uint8Array(300).fill(7)));
    const reader = new WireReader();
    for (const byte of fromClient) reader.read(true, 1, Uint8Array.of(byte));
    reader.read(false, 2, fromServer);

    expect(reader.request?.text).toBe(new TextDecoder().decode(REQUEST));
    expect(reader.response?.head.status).toBe(101);
    expect(reader.frames.map(({ fromClient: sent, opcode, payload: { length } }) => [sent, opcode, length])).toEqual([
      [true, 1, 12],
      [false, 1, 3],
      [false, 2, 300],
    ]);
    expect(reader.frames[0]?.payload).toEqual(payload);
    expect(reader.frames[0]?.raw).toHaveLength(2 + 4 + 12);
  });
});
