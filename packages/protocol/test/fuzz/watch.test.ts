// The fuzzer finds what is planted, in a worker as `pnpm fuzz` runs it.

import { describe, expect, it } from 'vitest';
import type { Finding } from '../../fuzz/engine.ts';
import { fuzz, type Job } from '../../fuzz/watch.ts';

const module = new URL('planted-targets.ts', import.meta.url).href;

function search(target: string, options: Partial<Job> = {}): Promise<Finding> {
  return fuzz({ module, target, seed: 6455, runs: 200_000, corpus: [], ...options });
}

// Seconds of work, however many others want the processor.
describe('fuzz', { timeout: 60_000 }, () => {
  it('finds the way through a maze, led by coverage, and cuts the input down to it', async () => {
    const { failure, runs } = await search('maze');
    expect(failure?.message).toContain('TypeError: the way through the maze');
    expect(Buffer.from(failure?.input ?? []).toString()).toBe('RFC');
    expect(runs).toBeLessThan(200_000);
  });

  it('does not find it without coverage', async () => {
    expect(await search('maze', { guided: false })).toMatchObject({ runs: 200_000, corpus: [expect.anything()] });
  });

  it('repeats a run by its seed', async () => {
    const seed = 20_250_101;
    const [first, second] = [await search('signedLength', { seed }), await search('signedLength', { seed })];
    expect(second).toEqual(first);
    expect((await search('signedLength')).runs).not.toBe(first.runs);
  });

  it('finds a decoder that is wrong about one class of lengths', async () => {
    const { failure } = await search('signedLength');
    expect(failure?.kind).toBe('the length is what the header says');
    expect(failure?.input).toHaveLength(4);
    expect(failure?.input[1]).toBe(126);
    expect(failure?.input[2]).toBeGreaterThan(0x7f);
  });

  it('begins with the corpus it is given', async () => {
    const { failure, runs } = await search('maze', { corpus: [new Uint8Array(1), Buffer.from('RFC')] });
    expect([failure?.kind, runs]).toEqual([expect.stringMatching(/^TypeError /), 2]);
  });

  it('tells of an input that takes too long, but comes back', async () => {
    const { failure } = await search('slow');
    expect(failure?.kind).toBe('no hang');
    expect(failure?.input).toContain(0);
  });

  it('tells of an input that never comes back', async () => {
    const { failure } = await search('endless', { stuckAfter: 500 });
    expect(failure?.kind).toBe('no hang');
    expect(failure?.input).toContain(0);
  });

  it('tells of an input whose memory is out of proportion', async () => {
    const { failure } = await search('believing');
    expect(failure?.kind).toBe('bounded memory');
    expect(failure?.input).toHaveLength(4);
  });

  it('tells of an error that is thrown in a later turn', async () => {
    const { failure } = await search('later');
    expect(failure?.kind).toBe('nothing is thrown in a later turn');
    expect(failure?.message).toContain('RangeError: in a later turn');
  });

  it('tells of inputs that fill the heap', async () => {
    expect((await search('hoarding')).failure?.kind).toBe('bounded memory');
  });

  it('brings the corpus down to what reaches the same', async () => {
    const corpus = ['R'.repeat(60), 'RF?', 'RF!', 'R'].map((text) => Buffer.from(text));
    const finding = await search('maze', { corpus, runs: 1, distills: true });
    expect(finding.corpus.map((input) => Buffer.from(input).toString())).toEqual(['RF?']);
  });

  it('says that there is no such target', async () => {
    await expect(search('none')).rejects.toThrow('There is no target none.');
  });
});
