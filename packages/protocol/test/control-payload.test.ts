import { describe, expect, it } from 'vitest';
import { ControlPayload } from '../src/control-payload.ts';

describe('ControlPayload', () => {
  it('joins the parts of one frame after the other, up to 125 bytes', () => {
    const payload = new ControlPayload();
    const bytes = Uint8Array.from({ length: 130 }, (_, index) => index);
    payload.add(bytes, 3, 4);
    payload.add(bytes, 4, 6);
    expect([...payload.take()]).toEqual([3, 4, 5]);
    for (let at = 0; at < 125; at++) payload.add(bytes, at, at + 1);
    expect(payload.take()).toEqual(bytes.subarray(0, 125));
    expect(payload.take()).toHaveLength(0);
  });
});
