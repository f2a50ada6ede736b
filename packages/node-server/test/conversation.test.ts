import { describe, expect, it } from 'vitest';
import { ConnectionClosedError, type Handler, type NodeConnection, type ServeOptions } from '../src/index.ts';
import { closeFrame, type RawClient, request, textFrame } from './support/raw-client.ts';
import { deferred, rawClient, start, until } from './support/servers.ts';

/** Runs a handler, with what its client and onError hear. */
async function converse(
  handler: Handler,
  options: ServeOptions = {},
): Promise<{ client: RawClient; errors: unknown[]; connection: () => NodeConnection }> {
  const errors: unknown[] = [];
  const connections: NodeConnection[] = [];
  const server = await start(
    (connection, upgrade) => {
      connections.push(connection);
      return handler(connection, upgrade);
    },
    { onError: (error) => errors.push(error), ...options },
  );
  const client = await rawClient(server);
  client.send(request());
  await client.head();
  return { client, errors, connection: () => connections[0] as NodeConnection };
}

async function closeCode(client: RawClient): Promise<number> {
  await client.until(() => client.frames.some(({ opcode }) => opcode === 8));
  const close = client.frames.find(({ opcode }) => opcode === 8);
  return Buffer.from(close?.payload ?? []).readUInt16BE();
}

describe('a handler that returns', () => {
  it('closes with 1000: at once', async () => {
    const { client, errors } = await converse((connection) => {
      connection.send('bye');
    });
    expect(await closeCode(client)).toBe(1000);
    expect(client.frames.map(({ opcode }) => opcode)).toEqual([1, 8]);
    expect(errors).toEqual([]);
  });

  it('closes with 1000: later', async () => {
    const work = deferred();
    const { client } = await converse(() => work.promise);
    expect(client.frames).toEqual([]);
    work.resolve();
    expect(await closeCode(client)).toBe(1000);
  });

  it.each<[string, Handler]>([
    ['at once', (connection) => connection.listen({ message: (message) => void connection.send(message) })],
    [
      'later',
      async (connection) => {
        await Promise.resolve();
        connection.listen({ message: (message) => void connection.send(message) });
      },
    ],
  ])('leaves the conversation to a listener: %s', async (_, handler) => {
    const { client } = await converse(handler);
    client.send(textFrame('a'));
    expect(await client.texts(1)).toEqual(['a']);
    client.send(textFrame('b'));
    expect(await client.texts(2)).toEqual(['a', 'b']);
  });

  it('may have closed before, with a code of its own', async () => {
    const { client, errors } = await converse(async (connection) => {
      void connection.close(4_000, 'enough');
    });
    expect(await closeCode(client)).toBe(4_000);
    expect(errors).toEqual([]);
  });

  it('may have terminated the connection', async () => {
    const { client, errors } = await converse((connection) => connection.terminate());
    await client.finished;
    expect(client.frames).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('may do so with any value', async () => {
    const { client } = await converse((() => 42) as unknown as Handler);
    expect(await closeCode(client)).toBe(1000);
  });
});

describe('a handler that throws', () => {
  const failure = new Error('the secret is out');

  it.each<[string, Handler]>([
    [
      'at once',
      () => {
        throw failure;
      },
    ],
    ['later', () => Promise.reject(failure)],
    [
      'in a loop',
      async (connection) => {
        for await (const _ of connection) throw failure;
      },
    ],
  ])('closes with 1011, says nothing of it, and is reported: %s', async (_, handler) => {
    const { client, errors } = await converse(handler);
    client.send(textFrame('go'));
    expect(await closeCode(client)).toBe(1011);
    expect(client.received.toString()).not.toContain('secret');
    expect(errors).toEqual([failure]);
  });

  it('is reported also when the connection has ended', async () => {
    const { client, errors } = await converse(async (connection) => {
      await connection.closed;
      throw failure;
    });
    client.send(closeFrame());
    await until(() => errors.length === 1);
    expect(errors).toEqual([failure]);
  });

  it('is not reported when all it says is that the connection has ended', async () => {
    const ends: unknown[] = [];
    const handler: Handler = async (connection) => {
      try {
        for await (const _ of connection);
      } catch (error) {
        ends.push(error);
        throw error;
      }
    };
    const { client, errors, connection } = await converse(handler);
    client.reset();
    await connection().closed;
    await until(() => ends.length === 1);
    expect(ends).toMatchObject([{ name: 'ConnectionClosedError', code: 'LOST' }]);
    expect(errors).toEqual([]);
  });

  it('is reported when it is another connection that has ended', async () => {
    const other = new ConnectionClosedError('LOST');
    const { client, errors } = await converse(() => Promise.reject(other));
    expect(await closeCode(client)).toBe(1011);
    expect(errors).toEqual([other]);
  });
});

describe('a listener that throws', () => {
  const failure = new Error('no luck');

  it('closes with 1011 and is reported', async () => {
    const { client, errors } = await converse((connection) =>
      connection.listen({
        message: () => {
          throw failure;
        },
      }),
    );
    client.send(textFrame('go'));
    expect(await closeCode(client)).toBe(1011);
    expect(errors).toEqual([failure]);
  });

  it('is reported even when it is told of the end', async () => {
    const { client, errors } = await converse((connection) =>
      connection.listen({
        message: () => {},
        closed: () => {
          throw failure;
        },
      }),
    );
    client.send(closeFrame());
    await until(() => errors.length === 1);
    expect(errors).toEqual([failure]);
  });
});

describe('the first messages', () => {
  it('wait for the consumer, however late it comes', async () => {
    const ready = deferred();
    const seen: string[] = [];
    const { client } = await converse(async (connection) => {
      await ready.promise;
      for await (const message of connection) seen.push(String(message));
    });
    client.send(textFrame('a'), textFrame('b'));
    ready.resolve();
    await until(() => seen.length === 2);
    expect(seen).toEqual(['a', 'b']);
  });

  it('do not overtake what the handler says first', async () => {
    const server = await start((connection) => {
      connection.send('welcome');
      connection.listen({ message: (message) => void connection.send(message) });
    });
    const client = await rawClient(server);
    client.send(request(), textFrame('hello'));
    expect(await client.texts(2)).toEqual(['welcome', 'hello']);
  });
});
