import { describe, expect, it } from 'vitest';
import { parseSlab, parseSocketStatistics, readKernelMemory } from '../../src/soak/kernel-memory.ts';

const SOCKSTAT = `sockets: used 431
TCP: inuse 205 orphan 3 tw 17 alloc 412 mem 119
UDP: inuse 0 mem 7
`;

describe('the memory of the kernel', () => {
  it('is read from what it says of sockets, whose pages have 4,096 bytes', () => {
    expect(parseSocketStatistics(SOCKSTAT)).toEqual({ tcp: 119 * 4096, sockets: 412, timeWait: 17, orphans: 3 });
  });

  it('is nothing where it says nothing', () => {
    expect(parseSocketStatistics('')).toEqual({ tcp: 0, sockets: 0, timeWait: 0, orphans: 0 });
    expect(parseSlab('')).toBe(0);
  });

  it('has the slab in kilobytes', () => {
    expect(parseSlab('MemTotal:  100 kB\nSlab:             238372 kB\nSReclaimable: 12 kB\n')).toBe(238_372 * 1024);
  });

  it.runIf(process.platform === 'linux')('is there on Linux', () => {
    expect(readKernelMemory(7)).toMatchObject({ seconds: 7 });
    expect(readKernelMemory(7).slab).toBeGreaterThan(0);
  });
});
