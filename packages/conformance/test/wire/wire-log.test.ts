import { describe, expect, it } from 'vitest';
import { WireLog } from '../../src/wire/wire-log.ts';

describe('WireLog', () => {
  it('keeps what went which way, and when', () => {
    const log = new WireLog();
    log.event('It begins.');
    log.bytes('tester', Buffer.from('8900', 'hex'));
    log.bytes('endpoint', Buffer.from('8a00', 'hex'));
    expect(log.entries).toMatchObject([
      { event: 'It begins.' },
      { from: 'tester', length: 2, hex: '8900' },
      { from: 'endpoint', length: 2, hex: '8a00' },
    ]);
    expect(log.entries.map(({ at }) => at)).toEqual(log.entries.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('keeps the beginning of a large write, and counts its whole length', () => {
    const log = new WireLog();
    log.bytes('tester', Buffer.alloc(1 << 20));
    expect(log.entries).toMatchObject([{ length: 1 << 20, hex: '00'.repeat(2048) }]);
  });

  it('stops keeping and counts what it leaves out', () => {
    const log = new WireLog();
    for (let index = 0; index < 1000; index++) log.bytes('endpoint', Buffer.alloc(10));
    log.event('It ends.');
    expect(log.entries.length).toBeLessThan(310);
    expect(log.entries.slice(-2)).toMatchObject([
      { event: 'Here 7000 octets were left out of the log.', omitted: 7000 },
      { event: 'It ends.' },
    ]);
    log.bytes('endpoint', Buffer.alloc(10));
    expect(log.entries.at(-1)).toMatchObject({ omitted: 10 });
  });
});
