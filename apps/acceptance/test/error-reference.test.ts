// docs/errors.md says what the code does, for every code there is.

import { readFileSync } from 'node:fs';
import { REFUSALS, VIOLATIONS } from '@framewire/protocol';
import { expect, it } from 'vitest';
import { ENDINGS, errorReference } from '../src/error-reference.ts';

const written = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

it('is current: `pnpm errors` writes it', () => {
  expect(written).toBe(errorReference());
});

it.each(Object.entries(VIOLATIONS))('names %s with its close code, section and meaning', (code, violation) => {
  const { closeCode, section, message } = violation;
  expect(written).toContain(`| \`${code}\` | ${closeCode} | ${section} | ${message} |`);
});

it.each(Object.entries(REFUSALS))('names %s with its status, section and meaning', (code, refusal) => {
  const { status, section, message } = refusal;
  expect(written).toContain(`| \`${code}\` | ${status || 'client only'} | ${section} | ${message} |`);
});

it.each(Object.entries(ENDINGS))('names %s with its meaning', (code, meaning) => {
  expect(written).toContain(`| \`${code}\` | ${meaning} |`);
});
