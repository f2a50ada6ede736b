// `pnpm conformance:peers`: the conformance tester against the servers and clients people have. Prints what each did; with --write the table in
// docs/conformance.md is made anew.
//
//   --only TEXT      only peers with this in their name
//   --sections LIST  only these sections of the catalogue
//   --messages N     how many messages the long cases send, 1000 if left out
//   --json FILE      every result; peers that are not run keep the results the file has
//   --render         runs nothing, with --json FILE --write
//   --write          renews docs/conformance.md

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogue, type Report } from '@framewire/conformance';
import { PEERS, type Peer } from '../src/peers.ts';
import { at } from '../src/runtimes.ts';
import { conformancePage, type PeerRow, unexplained } from './peers-page.ts';
import { testPeer } from './run-peer.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    sections: { type: 'string' },
    messages: { type: 'string', default: '1000' },
    json: { type: 'string' },
    render: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

/** How these close is up to the program around them, which is ours. */
const TOOLKITS = ['wsproto of Python', 'libwebsockets'];

/**
 * A proxy passes on what it gets, and Node 20 has no client. Browsers hold back a page whose connections fail, ever longer: the cases would
 * take them an hour.
 */
const isJudged = ({ name, kind, absent }: Peer): boolean =>
  kind === 'program' && absent === undefined && !TOOLKITS.includes(name);

const sections = values.sections?.split(',');
const cases = catalogue
  .filter(({ id }) => sections === undefined || sections.includes(id))
  .flatMap((section) => section.cases);
const messages = Number(values.messages);
/** A peer that has not answered by then on the same machine will not; the long cases have a limit of their own. */
const TIMEOUT = 3000;
const rows: PeerRow[] = readRows(values.json);
const judged = values.render ? [] : PEERS.filter(isJudged);
for (const peer of judged.filter(({ name, role }) => `${name} ${role}`.includes(values.only))) {
  const report: Report = await testPeer(peer, { cases, messages, timeout: TIMEOUT });
  const row: PeerRow = { name: peer.name, role: peer.role, version: await peer.version(), report: withoutLogs(report) };
  const known = rows.findIndex(({ name, role }) => name === row.name && role === row.role);
  rows.splice(known === -1 ? rows.length : known, 1, row);
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, JSON.stringify(rows));
  }
  const { pass, fail, 'not supported': notSupported } = report.totals;
  const seconds = (report.milliseconds / 1000).toFixed(1);
  console.log(
    `${`${row.name} ${row.version} as ${row.role}`.padEnd(44)} ${pass} passed, ${fail} failed, ${notSupported} not supported, in ${seconds} s`,
  );
  for (const { id, failure } of unexplained(row)) console.log(`    ${id}: ${failure}`);
}
if (values.write) writeFileSync(at('../../docs/conformance.md'), conformancePage(rows, messages));

function readRows(file: string | undefined): PeerRow[] {
  return file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PeerRow[]) : [];
}

/** The logs would make the file a hundred times as large; the tester's own command writes them. */
function withoutLogs(report: Report): Report {
  return { ...report, cases: report.cases.map(({ log: _log, ...result }) => result) };
}
