import { FakeClock } from '@framewire/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../src/index.ts';
import { type ContractServer, startContractServer } from './contract-server.ts';
import { scriptWebSockets } from './scripted-websocket.ts';

const INVALID_ARGUMENT = expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }) as Error;

let server: ContractServer;

beforeAll(async () => {
  server = await startContractServer();
});

afterAll(() => server.close());

describe('connect', () => {
  it('opens a connection', async () => {
    const connection = await connect(`${server.url}/echo`);
    expect(connection.url).toBe(`${server.url}/echo`);
    expect(connection.subprotocol).toBe('');
    connection.send('hello');
    for await (const message of connection) {
      expect(message).toBe('hello');
      break;
    }
    await connection.close();
  });

  it('takes an http URL and a URL object', async () => {
    const connection = await connect(new URL(`${server.url}/echo`.replace('ws:', 'http:')));
    expect(connection.url).toBe(`${server.url}/echo`);
    await connection.close();
  });

  it('offers subprotocols, and says which one was chosen', async () => {
    const connection = await connect(`${server.url}/echo`, { subprotocols: ['chat.v2', 'chat.v1'] });
    expect(connection.subprotocol).toBe('chat.v2');
    await connection.close();
  });

  it('leaves no timer and no listener behind', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const connection = await connect(`${server.url}/echo`, { clock, signal });
    expect(clock.pending).toBe(0);
    expect(removed).toHaveBeenCalledTimes(1);
    await connection.close();
    expect(clock.pending).toBe(0);
  });

  describe('throws at the call, before anything is opened,', () => {
    it.each([
      ['has a fragment', 'ws://example.com/#a'],
      ['has an empty fragment', 'ws://example.com/#'],
      ['has another scheme', 'ftp://example.com/'],
      ['has no host', 'ws://'],
      ['is relative, and there is no page', '/chat'],
    ])('when the URL %s', (_, url) => {
      expect(() => connect(url)).toThrow(INVALID_ARGUMENT);
    });

    it('when an option is wrong', () => {
      const sockets = scriptWebSockets();
      expect(() => connect('ws://example.com/', { handshakeTimeout: 0 })).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' }),
      );
      expect(sockets).toEqual([]);
    });

    it.each([
      ['no token', ['a b']],
      ['empty', ['']],
      ['offered twice', ['chat', 'chat']],
    ])('when a subprotocol is %s', (_, subprotocols) => {
      expect(() => connect(`${server.url}/echo`, { subprotocols })).toThrow(INVALID_ARGUMENT);
    });

    it('when the runtime refuses the URL, as a page over https does with ws, and keeps what it said', () => {
      const cause = new DOMException('An insecure connection may not be initiated.', 'SecurityError');
      vi.stubGlobal('WebSocket', function refuse() {
        throw cause;
      });
      try {
        expect(() => connect('ws://example.com/')).toThrow(
          expect.objectContaining({ name: 'UsageError', message: cause.message, cause }),
        );
      } finally {
        vi.unstubAllGlobals();
      }
    });
  });

  describe('rejects', () => {
    it('when the server refuses', async () => {
      const clock = new FakeClock();
      const failure = connect(`${server.url}/nowhere`, { clock });
      await expect(failure).rejects.toMatchObject({ name: 'HandshakeError', code: 'NOT_CONNECTED', status: 0 });
      expect(clock.pending).toBe(0);
    });

    it('when nobody listens there', async () => {
      const gone = await startContractServer();
      await gone.close();
      await expect(connect(gone.url)).rejects.toMatchObject({ name: 'HandshakeError', code: 'NOT_CONNECTED' });
    });

    it('with what the runtime says of the cause, where it says something', async () => {
      const [cause, sockets] = [new Error('ECONNREFUSED'), scriptWebSockets()];
      const failure = connect('ws://example.com/');
      sockets[0]?.fail(cause);
      sockets[0]?.end({ code: 1006, reason: '', wasClean: false });
      await expect(failure).rejects.toMatchObject({ code: 'NOT_CONNECTED', cause });
    });

    it('when the server has not answered in time, and gives up', async () => {
      const clock = new FakeClock();
      const failure = connect(`${server.url}/silent`, { clock, handshakeTimeout: 300 });
      failure.catch(() => {});
      clock.advance(299);
      expect(clock.pending).toBe(1);
      clock.advance(1);
      await expect(failure).rejects.toMatchObject({ name: 'HandshakeError', code: 'HANDSHAKE_TIMEOUT' });
      await expect(failure).rejects.toThrow('300');
      expect(clock.pending).toBe(0);
    });

    it('when it has waited in vain, and closes the WebSocket', async () => {
      const [clock, sockets] = [new FakeClock(), scriptWebSockets()];
      const failure = connect('ws://example.com/', { clock });
      clock.advance(10_000);
      await expect(failure).rejects.toMatchObject({ code: 'HANDSHAKE_TIMEOUT' });
      expect(sockets[0]?.closes).toEqual([[]]);
    });
  });

  describe('ends with the reason of its signal', () => {
    it('when it was aborted before: nothing is opened', async () => {
      const sockets = scriptWebSockets();
      const reason = new Error('before');
      await expect(connect('ws://example.com/', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(sockets).toEqual([]);
    });

    it('when it is aborted while the server is silent', async () => {
      const clock = new FakeClock();
      const controller = new AbortController();
      const failure = connect(`${server.url}/silent`, { signal: controller.signal, clock });
      controller.abort();
      await expect(failure).rejects.toBe(controller.signal.reason);
      expect(clock.pending).toBe(0);
    });

    it('and takes no notice of what the WebSocket does then', async () => {
      const sockets = scriptWebSockets();
      const controller = new AbortController();
      const failure = connect('ws://example.com/', { signal: controller.signal });
      controller.abort();
      sockets[0]?.open();
      sockets[0]?.end({ code: 1006, reason: '', wasClean: false });
      await expect(failure).rejects.toBe(controller.signal.reason);
      expect(sockets[0]?.closes).toEqual([[]]);
    });

    it('but not once the connection is open', async () => {
      const controller = new AbortController();
      const connection = await connect(`${server.url}/echo`, { signal: controller.signal });
      controller.abort();
      expect(connection.state).toBe('open');
      expect(await connection.close()).toMatchObject({ code: 1000, clean: true });
    });
  });
});
