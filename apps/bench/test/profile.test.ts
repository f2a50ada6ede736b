import { describe, expect, it } from 'vitest';
import type { ScenarioContext } from '../src/define-scenario.ts';
import { Process } from '../src/process.ts';
import { withProfiles } from '../src/profile.ts';
import type { ContestantResult } from '../src/report.ts';
import { framewire } from '../src/scenarios/echo-contestants.ts';

const RESULTS: readonly ContestantResult[] = ['framewire', 'ws'].map((contestant) => ({
  contestant,
  metrics: {},
  loadWasBottleneck: false,
}));
const contextOf = (quick: boolean) => ({ quick }) as unknown as ScenarioContext;

describe('a profile', () => {
  it('tells the shares of what a process of ours was busy with, and of no other', async () => {
    const server = await Process.start(framewire, 0);
    try {
      // Collecting garbage is work that is seen.
      const work = () => server.ask('heap');
      const [ours, theirs] = await withProfiles(contextOf(false), RESULTS, () => server, work);
      const shares = Object.values(ours?.profile ?? {});
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
      expect(Object.keys(ours?.profile ?? {})).toContain('garbage collection');
      expect(theirs).not.toHaveProperty('profile');
    } finally {
      await server.stop();
    }
  });

  it('is left out of a quick run', async () => {
    const results = await withProfiles(
      contextOf(true),
      RESULTS,
      () => undefined,
      async () => undefined,
    );
    expect(results).toEqual(RESULTS);
  });
});
