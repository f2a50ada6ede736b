import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { CloseWait, type Closing } from '../src/close-wait.ts';
import { Deadlines } from '../src/deadlines.ts';

class Peer implements Closing {
  bufferedAmount = 0;
  isSending = false;
  streamedAmount = 0;
  isBlamed = false;
  timeouts = 0;

  closeTimedOut(): void {
    this.timeouts++;
  }
}

function waitFor(peer: Peer): { clock: FakeClock; wait: CloseWait } {
  const clock = new FakeClock();
  return { clock, wait: new CloseWait(peer, new Deadlines(100, clock)) };
}

describe('CloseWait', () => {
  it('gives a peer with nothing queued its time once', () => {
    const peer = new Peer();
    const { clock } = waitFor(peer);
    clock.advance(99);
    expect(peer.timeouts).toBe(0);
    clock.advance(1);
    expect(peer.timeouts).toBe(1);
  });

  it('waits as long as what is queued moves, and once more when all has left', () => {
    const peer = new Peer();
    const { clock } = waitFor(peer);
    for (peer.bufferedAmount = 9; peer.bufferedAmount > 0; peer.bufferedAmount--) clock.advance(100);
    clock.advance(100);
    expect(peer.timeouts).toBe(0);
    clock.advance(100);
    expect(peer.timeouts).toBe(1);
  });

  it('waits as long as a stream moves', () => {
    const peer = new Peer();
    peer.isSending = true;
    const { clock } = waitFor(peer);
    for (; peer.streamedAmount < 10; peer.streamedAmount++) clock.advance(100);
    expect(peer.timeouts).toBe(0);
  });

  it('gives up a queue that stands still in six waits', () => {
    const peer = new Peer();
    peer.bufferedAmount = 5;
    const { clock } = waitFor(peer);
    clock.advance(100); // these bytes are new
    for (let waits = 0; waits < 5; waits++) clock.advance(100);
    expect(peer.timeouts).toBe(0);
    clock.advance(100);
    expect(peer.timeouts).toBe(1);
  });

  it('does not wait for a queue when somebody did something wrong', () => {
    const peer = new Peer();
    peer.bufferedAmount = 5;
    peer.isBlamed = true;
    const { clock } = waitFor(peer);
    clock.advance(100);
    expect(peer.timeouts).toBe(1);
  });

  it('is over when it is cancelled', () => {
    const peer = new Peer();
    const { clock, wait } = waitFor(peer);
    wait.cancel();
    clock.advance(1000);
    expect(peer.timeouts).toBe(0);
  });
});
