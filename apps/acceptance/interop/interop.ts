// `pnpm interop`: every peer on this machine in both its roles, two at a time, then the table.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PEERS, type Peer } from '../src/peers.ts';
import { exists } from '../src/runtimes.ts';
import { featuresOfOurs } from './features.ts';
import { runPeer } from './run-peer.ts';
import { SCENARIOS } from './scenarios.ts';
import { interopPage, placeOf, plainTable, type Row, unexplained } from './table.ts';

const PAGE = fileURLToPath(new URL('../../../docs/interop.md', import.meta.url));
const AT_ONCE = 2;
const USAGE = `pnpm interop [--only NAME]... [--json FILE] [--write]

  --only NAME   only the peers whose name contains NAME
  --json FILE   write the results there, too
  --write       renew docs/interop.md`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function isPresent(peer: Peer): Promise<boolean> {
  return peer.absent !== undefined || exists(await peer.program());
}

async function rowOf(peer: Peer, features: Awaited<ReturnType<typeof featuresOfOurs>>): Promise<Row> {
  const began = performance.now();
  const version = await peer.version();
  let row: Row;
  try {
    row = { peer, version, results: await runPeer(peer, features) };
  } catch (error) {
    const why = `it could not be run: ${error instanceof Error ? error.message : String(error)}`;
    row = { peer, version, results: SCENARIOS.map(({ name }) => ({ scenario: name, outcome: 'fail', why })) };
  }
  console.log(`${peer.name} ${version}, ${placeOf(peer)}: ${Math.round(performance.now() - began)} ms`);
  for (const { scenario, why } of unexplained(row)) console.log(`  FAIL ${scenario}: ${why}`);
  return row;
}

async function runAll(peers: readonly Peer[]): Promise<Row[]> {
  const features = await featuresOfOurs();
  const rows: Row[] = [];
  const queue = [...peers.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      rows[next[0]] = await rowOf(next[1], features);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return rows;
}

/** @returns the exit status */
async function main(): Promise<number> {
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const { only, json, write } = options;
  const wanted = PEERS.filter(
    ({ name }) => only.length === 0 || only.some((part) => name.toLowerCase().includes(part.toLowerCase())),
  );
  if (wanted.length === 0) throw new Error(`No peer is called ${only.join(' or ')}.`);
  const present = await Promise.all(wanted.map(isPresent));
  const rows = await runAll(wanted.filter((_, at) => present[at]));
  console.log(`\n${plainTable(rows)}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(rows.map(plainRow), undefined, 2)}\n`);

  const missing = wanted.filter((_, at) => !present[at]);
  if (missing.length > 0) console.log(sayMissing(missing));
  const failures = rows.flatMap(unexplained).length;
  if (failures > 0) console.log(`${failures} failures are not known to be the peers'.`);
  if (write && (missing.length > 0 || only.length > 0)) throw new Error('--write needs every peer.');
  if (write) writeFileSync(PAGE, interopPage(rows));
  return failures > 0 || (missing.length > 0 && process.env.CI === 'true') ? 1 : 0;
}

function plainRow({ peer, version, results }: Row): object {
  return { peer: peer.name, is: placeOf(peer), version, results };
}

function sayMissing(peers: readonly Peer[]): string {
  const names = [...new Set(peers.map(({ name }) => name))].join(', ');
  const packages = [...new Set(peers.flatMap(({ debian }) => debian ?? []))].join(' ');
  const remedy =
    packages === ''
      ? '`pnpm install` brings them'
      : `on Debian .ci/install-interop installs what they need: ${packages}`;
  return `Not here, and not tested: ${names}; ${remedy}.`;
}

process.exitCode = await main();
