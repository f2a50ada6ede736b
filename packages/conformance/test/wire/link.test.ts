import { once } from 'node:events';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../../node-server/test/support/self-signed.ts';
import { Link, type LinkEnd, type LinkReader } from '../../src/wire/link.ts';
import { startEchoServer } from '../support/echo-server.ts';
import { withLink } from '../support/sockets.ts';

/** Collects, and resolves with the end. */
function collect(link: Link): { readonly bytes: () => string; readonly end: Promise<LinkEnd> } {
  let bytes = '';
  const end = new Promise<LinkEnd>((resolve) => {
    const reader: LinkReader = {
      received: (chunk) => {
        bytes += chunk.toString('latin1');
      },
      ended: resolve,
    };
    link.read(reader);
  });
  return { bytes: () => bytes, end };
}

describe('Link', () => {
  it('keeps what came before anybody listened, and tells the end after it', () =>
    withLink(async ({ link, other }) => {
      other.end('early');
      await collect(link).end;
      const later = collect(link);
      await expect(later.end).resolves.toBe('fin');
      expect(link.end).toBe('fin');
      expect(link.log.entries).toMatchObject([
        { from: 'endpoint', hex: Buffer.from('early').toString('hex') },
        { event: 'The endpoint closed its side of the TCP connection.' },
      ]);
    }));

  it('hands back what a reader has no use for', () =>
    withLink(async ({ link, other }) => {
      link.giveBack(Buffer.from('one '));
      other.end('two');
      const reader = collect(link);
      await reader.end;
      expect(reader.bytes()).toBe('one two');
    }));

  it('tells a connection that was broken off from one that was closed', () =>
    withLink(async ({ link, other }) => {
      const { end } = collect(link);
      other.resetAndDestroy();
      await expect(end).resolves.toBe('reset');
      expect(link.writeFailed).toBe(false);
      link.write(Buffer.from('nobody is there'));
      link.finish();
      expect(link.log.entries).toMatchObject([{ event: 'The TCP connection broke off (ECONNRESET).' }]);
    }));

  it('says in words why a connection broke off where the system has no code for it', async () => {
    const socket = new Socket();
    const link = new Link(socket);
    const { end } = collect(link);
    socket.destroy(new Error('the cable was cut'));
    await expect(end).resolves.toBe('reset');
    expect(link.log.entries).toMatchObject([{ event: 'The TCP connection broke off (the cable was cut).' }]);
  });

  it('writes in pieces', () =>
    withLink(async ({ link, other }) => {
      await link.writeInChops(Buffer.from('abcde'), 2);
      expect(link.log.entries.map((entry) => ('hex' in entry ? entry.length : 0))).toEqual([2, 2, 1]);
      const [chunk] = await once(other, 'data');
      expect(`${chunk}`.startsWith('a')).toBe(true);
    }));

  it('stops writing in pieces when the endpoint has gone', () =>
    withLink(async ({ link, other }) => {
      const { end } = collect(link);
      other.end();
      await end;
      await link.writeInChops(Buffer.from('abcde'), 1);
      expect(link.log.entries.filter((entry) => 'hex' in entry)).toEqual([]);
    }));

  it('closes its side once, and writes nothing after', () =>
    withLink(async ({ link, other }) => {
      link.finish();
      link.finish();
      link.write(Buffer.from('late'));
      other.resume();
      await once(other, 'end');
      expect(link.log.entries).toMatchObject([{ event: 'The tester closes its side of the TCP connection.' }]);
    }));
});

describe('Link.open', () => {
  const target = (url: string) => ({
    host: new URL(url).hostname,
    port: Number(new URL(url).port),
    secure: false,
    insecure: false,
  });

  it('opens a connection', async () => {
    const server = await startEchoServer();
    const link = await Link.open(target(server.url), AbortSignal.timeout(1000));
    expect(link.log.entries).toMatchObject([{ event: 'A TCP connection is open.' }]);
    link.destroy();
    await server.close();
  });

  it('rejects with what the system says', async () => {
    const server = await startEchoServer();
    await server.close();
    await expect(Link.open(target(server.url), AbortSignal.timeout(1000))).rejects.toThrow('ECONNREFUSED');
  });

  it.each(['localhost', '127.0.0.1'])('opens a connection over TLS to %s', async (host) => {
    const server = await startEchoServer({ tls: selfSigned() });
    const secure = { ...target(server.url), host, secure: true, insecure: true };
    const link = await Link.open(secure, AbortSignal.timeout(1000));
    expect(link.log.entries).toMatchObject([{ event: 'A TLS connection is open.' }]);
    link.destroy();
    await server.close();
  });

  it('gives up when it is told to', async () => {
    const server = await startEchoServer();
    const abort = new AbortController();
    const opened = Link.open(target(server.url), abort.signal);
    abort.abort(new Error('enough'));
    await expect(opened).rejects.toThrow('enough');
    await server.close();
  });
});
