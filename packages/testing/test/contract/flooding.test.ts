import { describe, expect, it } from 'vitest';
import { chunk, expectChunks, fill, fillFrom } from '../../src/contract/flooding.ts';
import type { ContractPeer } from '../../src/contract.ts';
import { memoryPair } from '../../src/memory-pair.ts';
import { memoryHarness } from '../memory-harness.ts';

describe('fill', () => {
  it('stops when the connection wants to wait, and tells how much was sent', async () => {
    const { client, hold } = memoryPair({ sendHighWater: 3 * 65_536 });
    hold();
    expect(await fill(client)).toBe(4);
  });

  it('goes on when the wait ends', async () => {
    const { client, server, hold } = memoryPair({ sendHighWater: 3 * 65_536, receiveHighWater: 2 * 65_536 });
    let received = 0;
    server.listen({
      message: () => {
        received++;
        if (received === 8) hold();
      },
    });
    expect(await fill(client)).toBe(12);
  });

  it('fails for a connection that never asks to wait', async () => {
    const { client } = memoryPair({ sendHighWater: Number.POSITIVE_INFINITY });
    await expect(fill(client)).rejects.toThrow('took 64 MiB that nobody read');
  });
});

describe('fillFrom', () => {
  it('stops when the peer has to wait', async () => {
    const { peer, dispose } = await memoryHarness(false).open();
    // 256 KiB are unread after 4 chunks and what counts for each; the fifth is on its way.
    expect(await fillFrom(peer)).toBe(5);
    await dispose();
  });

  it('fails for a connection that never makes it wait', async () => {
    const peer: Pick<ContractPeer, 'send'> = { send: () => Promise.resolve() };
    await expect(fillFrom(peer as ContractPeer)).rejects.toThrow('took 64 MiB that nobody read');
  });
});

describe('expectChunks', () => {
  it('wants all of them, in order', () => {
    expectChunks([chunk(0), chunk(1)], 2);
    expect(() => expectChunks([chunk(0)], 2)).toThrow('expected 1 to be 2');
    expect(() => expectChunks([chunk(1), chunk(0)], 2)).toThrow('index of the first byte that differs');
  });
});
