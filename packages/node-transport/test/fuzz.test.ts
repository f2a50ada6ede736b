// What fuzzing has ever reached is run again here; the search itself is `pnpm fuzz`.

import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../protocol/fuzz/corpus.ts';
import { Random } from '../../protocol/fuzz/random.ts';
import { referenceReading } from '../../protocol/fuzz/reference-frames.ts';
import { Input } from '../../protocol/fuzz/target.ts';
import { targets } from '../fuzz/targets.ts';
import { inflateNow } from '../src/deflate/inflate-now.ts';
import { Inflation } from '../src/deflate/inflation.ts';
import { JobLimiter } from '../src/deflate/job-limiter.ts';
import { LARGEST_WINDOW, SlidingWindow } from '../src/deflate/sliding-window.ts';

const MODULE = new URL('../fuzz/targets.ts', import.meta.url).href;
const MOST = 2 ** 20;

/** What the codec makes of a payload when it takes the way of large ones. */
function inflateInParts(payload: Uint8Array): Promise<string> {
  const parts: Uint8Array[] = [];
  const inflation = new Inflation(
    { decoded: (part) => parts.push(part) },
    new SlidingWindow(LARGEST_WINDOW),
    new JobLimiter(1),
  );
  return new Promise((resolve) => {
    inflation.push(payload, true, (violation) => {
      inflation.close();
      resolve(violation ?? Buffer.concat(parts).toString('hex'));
    });
  });
}

function inflateAtOnce(payload: Uint8Array): string {
  const message = inflateNow(payload, MOST, undefined);
  return typeof message === 'string' ? message : Buffer.from(message).toString('hex');
}

describe('fuzz targets', () => {
  it.each(Object.entries(targets))('%s holds for its committed corpus', (name, target) => {
    const outcomes = new Set(readCorpus(MODULE, name).map((input) => target.run(input)));
    expect(outcomes.size).toBeGreaterThan(1);
  });

  it.each(Object.entries(targets))('%s holds for 200 generated inputs and 200 variations', (_, target) => {
    const random = new Random(20_250_101);
    for (let count = 0; count < 200; count++) {
      const input = target.generate(random);
      target.run(input);
      target.run(target.vary?.(random, input) ?? input);
    }
    expect.assertions(0);
  });

  it('inflates every payload of the corpus at once as it does in parts', async () => {
    const payloads = readCorpus(MODULE, 'messages-deflate').flatMap((bytes) => {
      const input = new Input(bytes);
      const { frames } = referenceReading(input.body, input.chooses(0) ? 'server' : 'client', true);
      return frames.filter(({ payload }) => payload.length > 0).map(({ payload }) => payload);
    });
    expect(payloads.length).toBeGreaterThan(20);
    for (const payload of payloads) expect(inflateAtOnce(payload)).toBe(await inflateInParts(payload));
  });
});
