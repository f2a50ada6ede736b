import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maskModule, target } from '../wasm/mask-module.ts';

describe('MASK_MODULE', () => {
  it('is what the command makes of its source, byte for byte', async () => {
    expect(readFileSync(target, 'utf8')).toBe(await maskModule());
  });
});
