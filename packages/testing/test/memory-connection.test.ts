// What the contract does not say; the contract suite itself runs in contract.test.ts.

import { describe, expect, it } from 'vitest';
import { MemoryConnection } from '../src/memory-connection.ts';
import { MemoryWire, type WireEnd } from '../src/memory-wire.ts';
import { turn } from '../src/turn.ts';

function setUp(likeBrowser = false): { connection: MemoryConnection; other: WireEnd; wire: MemoryWire } {
  const wire = new MemoryWire();
  const [end, other] = wire.ends;
  const connection = new MemoryConnection(end, {
    url: 'ws://memory/',
    subprotocol: '',
    sendHighWater: 100,
    receiveHighWater: 1000,
    maxMessageSize: 1000,
    likeBrowser,
  });
  return { connection, other, wire };
}

describe('MemoryConnection', () => {
  it('copies bytes, so that changing them later does not reach the other side', async () => {
    const { connection, other } = setUp();
    const got: unknown[] = [];
    other.handler = { frame: (frame) => void got.push(frame), taken: () => {}, broken: () => {} };
    const bytes = Buffer.from([1, 2, 3]);
    connection.send(bytes);
    bytes.fill(9);
    await turn();
    expect(got).toEqual([{ kind: 'binary', payload: new Uint8Array([1, 2, 3]) }]);
  });

  it('counts the bytes of UTF-8 that wait', () => {
    const { connection } = setUp();
    expect(connection.send('é'.repeat(50))).toBe(true);
    expect(connection.bufferedAmount).toBe(100);
    expect(connection.send('!')).toBe(false);
  });

  it('says what cut the wire', async () => {
    const { connection, wire } = setUp();
    const cause = new Error('cable');
    wire.cut(cause);
    const { error } = await connection.closed;
    expect(error).toMatchObject({ code: 'LOST', cause });
  });

  it('keeps the first reason when the wire is cut while a failure closes it', async () => {
    const { connection, other, wire } = setUp();
    const cause = new Error('in the listener');
    connection.listen({
      message: () => {
        throw cause;
      },
    });
    other.write({ kind: 'text', payload: new Uint8Array([65]) });
    await turn();
    wire.cut(new Error('cable'));
    const closure = await connection.closed;
    expect(closure).toMatchObject({ code: 1006, sent: { code: 1011 }, error: { code: 'LISTENER_FAILED', cause } });
  });

  it('notices nothing more of the wire when it has closed', async () => {
    const { connection, other, wire } = setUp();
    const closing = connection.close();
    other.write({ kind: 'close', status: { code: 1000, reason: '' } });
    const closure = await closing;
    wire.cut(new Error('cable'));
    await turn();
    expect(closure.error).toBe(undefined);
    expect(connection.state).toBe('closed');
  });

  it('closes with 4008 when it overflows as in a browser', async () => {
    const { connection, other } = setUp(true);
    const got: unknown[] = [];
    other.handler = { frame: (frame) => void got.push(frame), taken: () => {}, broken: () => {} };
    other.write({ kind: 'binary', payload: new Uint8Array(1001) });
    await turn();
    expect(got).toEqual([{ kind: 'close', status: { code: 4008, reason: '' } }]);
    expect(connection.state).toBe('closing');
  });
});
