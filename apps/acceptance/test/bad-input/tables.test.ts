// Every code of the tables has its rows of bad input.

import { REFUSALS, VIOLATIONS } from '@framewire/protocol';
import { expect, it } from 'vitest';
import { codeOf, FAILED, FAILED_WITHOUT_RESPONSE, FRAMES, REFUSED, REFUSED_BY_OPTIONS } from './rows.ts';

const toServers: ReadonlySet<string> = new Set([
  ...FRAMES.filter(({ role }) => role === 'server').map(codeOf),
  ...REFUSED.map(({ outcome }) => outcome.code),
  ...REFUSED_BY_OPTIONS,
]);
const toClients: ReadonlySet<string> = new Set([
  ...FRAMES.filter(({ role }) => role === 'client').map(codeOf),
  ...FAILED.map(({ outcome }) => outcome.code),
  ...FAILED_WITHOUT_RESPONSE,
]);

it.each(Object.keys(VIOLATIONS))('%s has rows for both roles', (code) => {
  expect(toServers.has(code)).toBe(code !== 'MASK_UNEXPECTED');
  expect(toClients.has(code)).toBe(code !== 'MASK_MISSING');
});

it.each(Object.entries(REFUSALS))('%s has a row', (code, { status }) => {
  expect(status === 0 ? toClients.has(code) : toServers.has(code)).toBe(true);
});
