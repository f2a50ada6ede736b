import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contestantFile } from '../../src/contestant.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import { TARGETS } from '../../src/targets.ts';

describe('the scenarios', () => {
  it('have each an id of their own', () => {
    const ids = SCENARIOS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('hold every one that has a target, in a quick run too', () => {
    const quick = SCENARIOS.filter(({ inQuick }) => inQuick).map(({ id }) => id);
    expect(TARGETS.map(({ scenario }) => scenario).filter((id) => !quick.includes(id))).toEqual([]);
  });

  it('start programs that are there', () => {
    const programs = ['broadcast', 'client', 'deflate', 'observed', 'processes'].map((name) =>
      contestantFile(`${name}.mjs`),
    );
    expect(programs.filter((path) => !existsSync(path))).toEqual([]);
  });
});
