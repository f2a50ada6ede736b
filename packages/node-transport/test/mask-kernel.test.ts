import { randomBytes } from 'node:crypto';
import { applyMask } from '@framewire/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadMaskKernel } from '../src/mask-kernel.ts';

// The compiler's libraries tell of it only where those of browsers are asked for.
declare const WebAssembly: object;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('MaskKernel', () => {
  it('masks as the portable mask does, for every length to 300 and around each whole block, in every phase', () => {
    const kernel = loadMaskKernel();
    const lengths = Array.from({ length: 300 }, (_, length) => length);
    for (const length of [...lengths, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537]) {
      for (const phase of [0, 1, 2, 3]) {
        const source = randomBytes(length + 9);
        const key = source.readInt32LE(0);
        const target = randomBytes(length + 30);
        const expected = Buffer.from(target);
        expected.set(source.subarray(5, 5 + length), 11);
        applyMask(expected, 11, 11 + length, key, phase);
        kernel?.copyMasked(source, 5, 5 + length, target, 11, key, phase);
        if (!target.equals(expected)) expect.fail(`length ${length}, phase ${phase}`);
      }
    }
  });

  it('masks in place', () => {
    const bytes = randomBytes(50_000);
    const expected = Buffer.from(bytes);
    applyMask(expected, 7, 49_990, 0x37fa213d, 1);
    loadMaskKernel()?.copyMasked(bytes, 7, 49_990, bytes, 7, 0x37fa213d, 1);
    expect(bytes.equals(expected)).toBe(true);
  });
});

describe('loadMaskKernel', () => {
  it('finds that an engine does not know the instructions', () => {
    expect(loadMaskKernel(Buffer.from('not a module'))).toBe(undefined);
  });

  it('finds that there is no WebAssembly, as with --jitless', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(loadMaskKernel()).toBe(undefined);
  });

  it('finds that there is no room for its memory', () => {
    vi.stubGlobal('WebAssembly', {
      ...WebAssembly,
      Instance: class {
        constructor() {
          throw new RangeError('could not allocate memory');
        }
      },
    });
    expect(loadMaskKernel()).toBe(undefined);
  });
});
