// What fuzzing has ever reached is run again here; the search itself is `pnpm fuzz`.

import { describe, expect, it } from 'vitest';
import { readCorpus } from '../fuzz/corpus.ts';
import { Random } from '../fuzz/random.ts';
import { targets } from '../fuzz/targets.ts';

const MODULE = new URL('../fuzz/targets.ts', import.meta.url).href;

describe('fuzz targets', () => {
  it.each(Object.entries(targets))('%s holds for its committed corpus', (name, target) => {
    const corpus = readCorpus(MODULE, name);
    expect(corpus.length).toBeGreaterThan(0);
    const outcomes = new Set(corpus.map((input) => target.run(input)));
    // One outcome would say that the target looks at nothing.
    expect(outcomes.size).toBeGreaterThan(1);
  });

  it.each(Object.entries(targets))('%s holds for 300 generated inputs and 300 variations', (_, target) => {
    const random = new Random(20_250_101);
    for (let count = 0; count < 300; count++) {
      const input = target.generate(random);
      target.run(input);
      target.run(target.vary?.(random, input) ?? input);
    }
    expect.assertions(0);
  });

  it.each(Object.entries(targets))('%s takes any bytes, none included', (_, target) => {
    const random = new Random(7);
    for (let length = 0; length < 40; length++) target.run(random.bytes(length));
    expect.assertions(0);
  });
});
