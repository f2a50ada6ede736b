import { STATUS_CODES } from 'node:http';
import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../src/errors.ts';
import { reasonPhrase } from '../../src/handshake/reason-phrase.ts';

describe('reasonPhrase', () => {
  it('has a phrase for every refusal', () => {
    const statuses = Object.values(REFUSALS)
      .map(({ status }) => status)
      .filter((status) => status > 0);
    expect(statuses.map(reasonPhrase)).not.toContain('');
  });

  it('has the phrases of the registry', () => {
    const known = Array.from({ length: 500 }, (_, i) => 100 + i).filter((status) => reasonPhrase(status) !== '');
    expect(known.map(reasonPhrase)).toEqual(known.map((status) => STATUS_CODES[status]));
  });

  it('has none for a status it does not know', () => {
    expect(reasonPhrase(499)).toBe('');
  });
});
