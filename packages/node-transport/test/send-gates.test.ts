import { describe, expect, it } from 'vitest';
import { SendGates } from '../src/send-gates.ts';

describe('SendGates', () => {
  it('lets senders wait until everything has left, and streams until a quarter is left', () => {
    const gates = new SendGates(100);
    for (const gate of [gates.send, gates.stream]) {
      expect(gate.filled(100)).toBe(true);
      expect(gate.filled(101)).toBe(false);
    }
    expect(gates.stream.emptied(26)).toBe(false);
    expect(gates.stream.emptied(25)).toBe(true);
    expect(gates.send.emptied(1)).toBe(false);
    expect(gates.send.emptied(0)).toBe(true);
  });
});
