import { expect, it } from 'vitest';
import { exchangeLarge } from '../large/large-message.ts';

const MIB = 1024 * 1024;

it('sends a message four times as large as the heap in each direction at once', async () => {
  const size = 256 * MIB;
  const { server, client } = await exchangeLarge(size);
  expect([server.bytes, client.bytes]).toEqual([size, size]);
  expect([server.code, client.code]).toEqual([1000, 1000]);
  expect(client.received).toBe(server.sent);
  expect(server.received).toBe(client.sent);
  // What one side holds is bounded by its queues, not by the message.
  expect(Math.max(server.rss, client.rss)).toBeLessThan(size);
});
