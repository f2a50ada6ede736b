// What only a transport adds to streams: that one connection does not keep the others from their turn.

import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FakeSocket } from './support/fake-socket.ts';
import { rig } from './support/rig.ts';

describe('a transport that sends a stream', () => {
  it('lets others have their turn when the chunks are there at once and the socket takes them at once', async () => {
    const { transport } = rig(new FakeSocket(), { messagesPerTurn: 8 });
    let asked = 0;
    function* chunks(): Generator<string> {
      for (; asked < 100; asked++) yield 'x';
    }
    const sent = transport.sendStream(chunks(), { type: 'text' });
    const perTurn: number[] = [];
    for (let before = 0; asked < 100; before = asked) {
      await turn();
      perTurn.push(asked - before);
    }
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(16);
    await sent;
    transport.terminate();
  });
});
