import { describe, expect, it } from 'vitest';
import { ByteQueue } from '../src/byte-queue.ts';
import { inMilliseconds, withLink } from './support/sockets.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n\r\n';

describe('ByteQueue', () => {
  it('takes heads one after the other, and hands on the rest', () =>
    withLink(async ({ link, other }) => {
      const bytes = new ByteQueue(link, inMilliseconds(1000));
      other.write(`${HEAD.slice(0, 5)}`);
      setImmediate(() => other.write(`${HEAD.slice(5)}${HEAD}rest`));
      await expect(bytes.head('a head')).resolves.toMatchObject({ start: 'HTTP/1.1 200 OK' });
      await expect(bytes.head('a head')).resolves.toMatchObject({ size: HEAD.length });
      await expect(bytes.anything(0)).resolves.toBe(true);
      expect(bytes.isEmpty).toBe(false);
      bytes.release();
      expect(new ByteQueue(link, inMilliseconds(1000)).take().toString()).toBe('rest');
    }));

  it('says what came instead of a head', () =>
    withLink(async ({ link, other }) => {
      const bytes = new ByteQueue(link, inMilliseconds(50));
      other.write('abc');
      await bytes.anything(1000);
      await expect(bytes.head('a head')).rejects.toThrow(
        'Expected a head, and received 3 octets that are no whole HTTP head, then nothing more in time.',
      );
      await expect(bytes.untilEnd('the end')).rejects.toThrow('Expected the end, and received 3 octets');
      other.end('\r\n:\r\n\r\n');
      const wrong = new ByteQueue(link, inMilliseconds(1000));
      await wrong.untilEnd('the end').then((left) => link.giveBack(left));
      await expect(new ByteQueue(link, inMilliseconds(1000)).head('a head')).rejects.toThrow(
        'Expected a head, and received the line “:”, which is no HTTP field.',
      );
    }));

  it('says that the connection ended instead', () =>
    withLink(async ({ link, other }) => {
      const bytes = new ByteQueue(link, inMilliseconds(1000));
      other.end();
      await expect(bytes.head('a head')).rejects.toThrow(
        'Expected a head, and received the end of the TCP connection.',
      );
      expect(bytes.end).toBe('fin');
      await expect(bytes.anything(0)).resolves.toBe(true);
    }));
});
