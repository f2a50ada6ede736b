// What docs/interop.md says holds: with the peers `npm test` has, now; and with the others, its rows are those of the command that made it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../../../scripts/packages.ts';
import { featuresOfOurs } from '../../interop/features.ts';
import { runPeer } from '../../interop/run-peer.ts';
import { type Feature, SCENARIOS } from '../../interop/scenarios.ts';
import { placeOf, readPage, unexplained } from '../../interop/table.ts';
import { PEERS, PEERS_OF_TESTS } from '../../src/peers.ts';
import { isHere } from '../../src/runtimes.ts';

const page = readPage(readFileSync(join(ROOT, 'docs/interop.md'), 'utf8'));

describe('docs/interop.md', () => {
  it('has the rows and columns `pnpm interop --write` makes', () => {
    expect([...page.keys()]).toEqual(PEERS.map((peer) => `${peer.name} ${placeOf(peer)}`));
    for (const cells of page.values()) expect([...cells.keys()]).toEqual(SCENARIOS.map(({ name }) => name));
  });

  it('says of each cell how it went, and why if it is no pass', () => {
    const cells = [...page.values()].flatMap((row) => [...row.values()]);
    expect(cells.filter((cell) => !/^(pass|(fail|not available) \(\d+\))$/.test(cell))).toEqual([]);
  });
});

describe('ours', () => {
  let features: ReadonlySet<Feature>;
  beforeAll(async () => {
    features = await featuresOfOurs();
  });

  it.for(PEERS_OF_TESTS)('talks to $name, a $role, as the page says', async (peer, { skip }) => {
    const isAbsent = peer.absent !== undefined;
    skip(!isAbsent && !isHere(await peer.program()));
    const results = await runPeer(peer, features);
    expect(unexplained({ peer, version: '', results })).toEqual([]);
    const cells = page.get(`${peer.name} ${placeOf(peer)}`);
    const passed = (name: string): boolean => cells?.get(name) === 'pass';
    expect(results.filter(({ scenario, outcome }) => passed(scenario) && outcome !== 'pass')).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'pass').length >= 6).toBe(!isAbsent);
  });
});
