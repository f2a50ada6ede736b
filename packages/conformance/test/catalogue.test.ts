import { describe, expect, it } from 'vitest';
import { casesFor, catalogue } from '../src/catalogue.ts';

/**
 * How many cases each subsection of the classic suite has, written down independently of the case files. A list of numbers stands for
 * X.Y.1 to X.Y.N, a single number for X.1 to X.N.
 */
const CLASSIC: Readonly<Record<string, number | Readonly<Record<number, number>>>> = {
  1: { 1: 8, 2: 8 },
  2: 11,
  3: 7,
  4: { 1: 5, 2: 5 },
  5: 20,
  6: {
    1: 3,
    2: 4,
    3: 2,
    4: 4,
    5: 5,
    6: 11,
    7: 4,
    8: 2,
    9: 4,
    10: 3,
    11: 5,
    12: 8,
    13: 5,
    14: 10,
    15: 1,
    16: 3,
    17: 5,
    18: 5,
    19: 5,
    20: 7,
    21: 8,
    22: 34,
    23: 7,
  },
  7: { 1: 6, 3: 6, 5: 1, 7: 13, 9: 9, 13: 2 },
  9: { 1: 6, 2: 6, 3: 9, 4: 9, 5: 6, 6: 6, 7: 6, 8: 6 },
  10: { 1: 1 },
  12: { 1: 18, 2: 18, 3: 18, 4: 18, 5: 18 },
  13: { 1: 18, 2: 18, 3: 18, 4: 18, 5: 18, 6: 18, 7: 18 },
};

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}.${index + 1}`);

function expectedIds(section: string): string[] {
  const own = CLASSIC[section];
  if (typeof own === 'number') return numbered(section, own);
  return Object.entries(own ?? {}).flatMap(([subsection, count]) => numbered(`${section}.${subsection}`, count));
}

const CASES = catalogue.flatMap(({ cases }) => cases);

describe('the catalogue', () => {
  it('expects the 517 cases of the classic suite', () => {
    expect(Object.keys(CLASSIC).flatMap(expectedIds)).toHaveLength(517);
  });

  it.each(Object.keys(CLASSIC))('has every case of section %s once', (section) => {
    const own = catalogue.filter(({ id }) => id === section).flatMap(({ cases }) => cases.map(({ id }) => id));
    expect(own.toSorted()).toEqual(expectedIds(section).toSorted());
  });

  it('has every case in the section its id begins with, and no id twice', () => {
    for (const { id, cases } of catalogue) {
      expect(cases.filter((one) => !one.id.startsWith(`${id}.`))).toEqual([]);
    }
    expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  });

  it('says of every case what it does and expects, in a sentence, and which section of which RFC says so', () => {
    const SENTENCE = /^[A-Z].*[^.]\.$/;
    const SECTION = /^(?:2616|3629|3986|6455|7230|7692|8441|9110|9112) \d+(?:\.\d+)*$/;
    const wanting = CASES.filter(
      ({ title, expectation, rfc }) => title.length < 5 || !SENTENCE.test(expectation) || !SECTION.test(rfc),
    );
    expect(wanting.map(({ id, expectation, rfc }) => `${id}: ${expectation} (${rfc})`)).toEqual([]);
  });
});

describe('the sections beyond the classic suite', () => {
  const beyond = catalogue.filter(({ id }) => !(id in CLASSIC));

  it('have words for numbers, so that no id is one of the classic suite', () => {
    expect(beyond.map(({ id }) => id)).toEqual([
      'framing',
      'deflate',
      'closing',
      'server-handshake',
      'client-handshake',
    ]);
  });

  it('have at least 200 cases for either kind of endpoint', () => {
    const cases = beyond.flatMap(({ cases }) => cases);
    expect(casesFor('server', cases).length).toBeGreaterThanOrEqual(200);
    expect(casesFor('client', cases).length).toBeGreaterThanOrEqual(200);
  });

  it('number each family from 1 on without a gap', () => {
    const families = new Map<string, string[]>();
    for (const { id } of beyond.flatMap(({ cases }) => cases)) {
      const prefix = id.slice(0, id.lastIndexOf('.'));
      families.set(prefix, [...(families.get(prefix) ?? []), id]);
    }
    for (const [prefix, ids] of families) expect(ids).toEqual(numbered(prefix, ids.length));
  });
});

describe('casesFor', () => {
  it('leaves out what judges the other kind of endpoint', () => {
    const judged = casesFor('client').map(({ endpoint }) => endpoint);
    expect(judged).toContain('both');
    expect(judged).not.toContain('server');
    expect(casesFor('server', casesFor('client')).every(({ endpoint }) => endpoint === 'both')).toBe(true);
  });
});
