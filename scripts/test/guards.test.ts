// Every guard that `pnpm guards` takes out is still where its list says, and every failure class has one.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GUARDS } from '../guards/guard-list.ts';
import { ROOT } from '../packages.ts';

describe('the list of guards', () => {
  it.each(GUARDS)('$failure: $what, in $file', ({ file, text, replacement, test }) => {
    const parts = readFileSync(join(ROOT, file), 'utf8').split(text);
    expect(parts).toHaveLength(2);
    expect(replacement).not.toBe(text);
    expect(existsSync(join(ROOT, `apps/acceptance/test/advisories/${test}.test.ts`))).toBe(true);
  });

  it('has every failure class from V1 to V13', () => {
    const classes = Array.from({ length: 13 }, (_, i) => `V${i + 1}`);
    expect([...new Set(GUARDS.map(({ failure }) => failure))]).toEqual(classes);
  });
});
