import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { type NodeConnection, SocketConnection } from '../src/node-connection.ts';
import { settle, type TransportOptions } from '../src/settings.ts';
import { checkSlowConsumer, type SlowConsumer, type SlowConsumerVerdict, verdictOn } from '../src/slow-consumer.ts';
import { FakeSocket } from './support/fake-socket.ts';

/** A connection whose peer reads nothing, and what its owner was told. */
function stalled(slowConsumer: SlowConsumer): { connection: SocketConnection; told: unknown[]; socket: FakeSocket } {
  const told: unknown[] = [];
  const socket = new FakeSocket({ takes: false });
  const options: TransportOptions = { sendHighWater: 1000, maxSendQueue: 2000, keepalive: false, slowConsumer };
  const owner = { ended: () => {}, listenerFailed: (error: unknown) => void told.push(error) };
  const info = { url: 'ws://a/', subprotocol: '' };
  const connection = new SocketConnection(socket, info, settle(options, 'server'), owner);
  connection.start(new Uint8Array(0));
  while (connection.bufferedAmount <= 2000) connection.send('x'.repeat(500));
  return { connection, told, socket };
}

describe('a policy', () => {
  it('is close when nothing else is said', () => {
    expect(checkSlowConsumer(undefined)).toBe('close');
    expect(checkSlowConsumer('drop')).toBe('drop');
    expect(checkSlowConsumer(Math.abs)).toBe(Math.abs);
    expect(() => checkSlowConsumer('keep')).toThrow("slowConsumer must be 'close', 'drop' or a function, not keep.");
    expect(() => checkSlowConsumer(null)).toThrow(UsageError);
  });

  it('that asks closes where there is nobody to show', () => {
    expect(verdictOn(() => 'keep', undefined, 1, 1)).toBe('close');
    expect(verdictOn('drop', undefined, 1, 1)).toBe('drop');
  });
});

describe('closing', () => {
  it('is told with the option and its value', async () => {
    const { connection, socket } = stalled('close');
    expect(connection.send('one too many')).toBe(false);
    expect(connection.state).toBe('closing');
    socket.destroy();
    expect((await connection.closed).error).toMatchObject({
      code: 'SLOW_CONSUMER',
      cause: { option: 'maxSendQueue', limit: 2000, message: 'The peer reads too slowly. maxSendQueue is 2000.' },
    });
  });
});

describe('dropping', () => {
  it('is counted, for each connection', () => {
    const { connection } = stalled('drop');
    expect(connection.droppedMessages).toBe(0);
    for (let i = 0; i < 3; i++) expect(connection.send('dropped')).toBe(false);
    expect(connection.droppedMessages).toBe(3);
    expect(connection.state).toBe('open');
    connection.terminate();
    expect(connection.send('not even tried')).toBe(false);
    expect(connection.droppedMessages).toBe(3);
  });
});

describe('a listener that closes when it hears that there is room', () => {
  it('leaves none for the message that made it hear', async () => {
    const socket = new FakeSocket();
    const options: TransportOptions = { sendHighWater: 1000, maxSendQueue: 2000, keepalive: false };
    const connection = new SocketConnection(socket, { url: 'ws://a/', subprotocol: '' }, settle(options, 'server'));
    connection.start(new Uint8Array(0));
    connection.listen({ message: () => {}, drained: () => void connection.close() });
    expect(connection.send('x'.repeat(3000))).toBe(false);
    expect(connection.state).toBe('open');
    expect(connection.send('too late')).toBe(false);
    expect(connection.state).toBe('closing');
    connection.terminate();
  });
});

describe('a function', () => {
  it('decides for each message, of each connection', () => {
    const verdicts: SlowConsumerVerdict[] = ['keep', 'drop', 'keep', 'close'];
    const asked: [NodeConnection, number, number][] = [];
    const { connection } = stalled((slow) => {
      asked.push([slow, slow.bufferedAmount, slow.droppedMessages]);
      return verdicts.shift() ?? 'drop';
    });
    const before = connection.bufferedAmount;
    connection.send('a'.repeat(98));
    expect(connection.bufferedAmount).toBe(before + 100);
    expect(connection.send('dropped')).toBe(false);
    connection.send('b'.repeat(98));
    expect(connection.bufferedAmount).toBe(before + 200);
    expect(connection.send('and close')).toBe(false);
    expect(connection.state).toBe('closing');
    expect(asked).toEqual([
      [connection, before, 0],
      [connection, before + 100, 0],
      [connection, before + 100, 1],
      [connection, before + 200, 1],
    ]);
    expect(asked[0]?.[0]).toBe(connection);
  });

  it('is not asked while there is room', () => {
    let asked = 0;
    const { connection } = stalled(() => {
      asked++;
      return 'keep';
    });
    expect(asked).toBe(0);
    connection.terminate();
  });

  it('keeps no more than twice maxSendQueue, and one message', async () => {
    const { connection, socket } = stalled(() => 'keep');
    while (connection.state === 'open') connection.send('x'.repeat(500));
    expect(connection.bufferedAmount).toBeGreaterThan(4000);
    expect(connection.bufferedAmount).toBeLessThan(4000 + 504 + 30); // with the Close frame
    socket.destroy();
    expect((await connection.closed).error).toMatchObject({ code: 'SLOW_CONSUMER', cause: { option: 'maxSendQueue' } });
  });

  it('that throws closes the connection, and what it threw is told', async () => {
    const failure = new Error('no such user');
    const { connection, told, socket } = stalled(() => {
      throw failure;
    });
    expect(connection.send('one too many')).toBe(false);
    expect(connection.state).toBe('closing');
    socket.destroy();
    expect((await connection.closed).error).toMatchObject({ code: 'SLOW_CONSUMER', cause: failure });
    expect(told).toEqual([failure]);
  });

  it.each([undefined, 'wait', Promise.resolve('keep')])('that returns %s closes the connection', (verdict) => {
    const { connection, told } = stalled(() => verdict as SlowConsumerVerdict);
    expect(connection.send('one too many')).toBe(false);
    expect(connection.state).toBe('closing');
    expect(told).toMatchObject([
      {
        code: 'INVALID_ARGUMENT',
        message: `slowConsumer must return 'close', 'drop' or 'keep' at once, not ${verdict}.`,
      },
    ]);
    connection.terminate();
  });

  it('that is async and throws closes the connection, and does not end the process', async () => {
    const { connection, told } = stalled((async () => {
      throw new Error('too late');
    }) as unknown as SlowConsumer);
    expect(connection.send('one too many')).toBe(false);
    expect(told).toMatchObject([{ code: 'INVALID_ARGUMENT' }]);
    // A rejection that nobody handles would fail this test.
    await new Promise(setImmediate);
    connection.terminate();
  });

  it.each(['close', 'drop', 'keep'] as const)('may end the connection itself, and then says %s in vain', (verdict) => {
    const { connection, told } = stalled((slow) => {
      slow.terminate();
      return verdict;
    });
    expect(connection.send('one too many')).toBe(false);
    expect(connection.droppedMessages).toBe(0);
    expect(told).toEqual([]);
  });

  it('that sends more itself does not end the process', () => {
    const { connection, told } = stalled((slow) => {
      slow.send('more');
      return 'keep';
    });
    expect(connection.send('one too many')).toBe(false);
    expect(connection.state).toBe('closing');
    expect(told).not.toEqual([]);
  });
});
