import { setImmediate as nextTurn } from 'node:timers/promises';
import { DrainGate } from '@framewire/connection';
import type { MessageWriter } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { FrameChunkWriter } from '../src/chunk-writer.ts';

function setUp(writesPerTurn: number): {
  writer: FrameChunkWriter;
  gate: DrainGate;
  log: unknown[];
  port: { queuedBytes: number };
} {
  const log: unknown[] = [];
  const frames: MessageWriter = {
    write: (bytes) => void log.push(bytes.length),
    end: () => void log.push('end'),
    withdraw: () => void log.push('withdraw'),
  };
  const port = { queuedBytes: 0, streamFailed: (error: unknown) => void log.push(error) };
  const gate = new DrainGate(10, 2);
  return { writer: new FrameChunkWriter(frames, gate, port, writesPerTurn), gate, log, port };
}

describe('FrameChunkWriter', () => {
  it('lets others have their turn after so many writes', async () => {
    const { writer, log } = setUp(3);
    const chunk = new Uint8Array(4);
    expect([writer.write(chunk), writer.write(chunk), writer.write(chunk)]).toEqual([true, true, false]);
    let turns = 0;
    const turn = nextTurn().then(() => turns++);
    await writer.drained();
    await turn;
    expect(turns).toBe(1);
    expect(writer.write(chunk)).toBe(true);
    expect(log).toEqual([4, 4, 4, 4]);
  });

  it('waits while the queue is over its mark', async () => {
    const { writer, gate, port } = setUp(100);
    port.queuedBytes = 11;
    expect(writer.write(new Uint8Array(11))).toBe(false);
    let hasRoom = false;
    const drained = writer.drained().then(() => {
      hasRoom = true;
    });
    await nextTurn();
    expect(hasRoom).toBe(false);
    gate.emptied(2);
    await drained;
    expect(hasRoom).toBe(true);
    port.queuedBytes = 11;
    expect(writer.end()).toBe(false);
  });

  it('passes on how the message ends', () => {
    const { writer, log } = setUp(1);
    const error = new Error('no more');
    expect(writer.end()).toBe(true);
    writer.withdraw();
    writer.abort(error);
    expect(log).toEqual(['end', 'withdraw', error]);
  });
});
