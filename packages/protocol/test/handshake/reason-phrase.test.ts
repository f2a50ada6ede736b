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
    // Node still has the older name of 422 (RFC 9110, section 15.5.21).
    const registry = { ...STATUS_CODES, 422: 'Unprocessable Content' };
    expect(known.map(reasonPhrase)).toEqual(known.map((status) => registry[status as 422]));
  });

  it('has none for a status it does not know', () => {
    expect(reasonPhrase(499)).toBe('');
  });
});
