// The matrix as a page of the documentation and as a table for a terminal, and read back from that page.

import type { Peer } from '../src/peers.ts';
import { knownFailure } from './known-failures.ts';
import type { Result } from './run-peer.ts';
import { SCENARIOS } from './scenarios.ts';

/** What came of one peer. */
export interface Row {
  readonly peer: Pick<Peer, 'name' | 'role' | 'kind'>;
  readonly version: string;
  readonly results: readonly Result[];
}

const COLUMNS = SCENARIOS.map(({ name }) => name);

/** What the peer is in its row. */
export function placeOf({ role, kind }: Row['peer']): string {
  if (kind === 'proxy') return 'proxy';
  return role;
}

/** The failures of a row that are not known to be the peer's. */
export function unexplained({ peer, results }: Row): Result[] {
  return results.filter((result) => result.outcome === 'fail' && knownFailure(peer, result) === undefined);
}

/** docs/interop.md. */
export function interopPage(rows: readonly Row[]): string {
  const notes: string[] = [];
  const cell = (peer: Row['peer'], result: Result | undefined): string => {
    if (result === undefined) return '';
    const { outcome, why } = result;
    if (outcome === 'pass') return 'pass';
    const note = sentence(knownFailure(peer, result) ?? why ?? '');
    if (!notes.includes(note)) notes.push(note);
    return `${outcome} (${notes.indexOf(note) + 1})`;
  };
  const lines = rows.map(({ peer, version, results }) => {
    const cells = COLUMNS.map((name) =>
      cell(
        peer,
        results.find(({ scenario }) => scenario === name),
      ),
    );
    return [peer.name, version, placeOf(peer), ...cells];
  });
  const all = rows.flatMap(({ results }) => results);
  const count = (outcome: Result['outcome']): number => all.filter((result) => result.outcome === outcome).length;
  return `# Interop

Made by \`pnpm interop --write\`: our built server and client against the peers people have, on one machine. Each cell is a conversation over real
sockets. Between the two stands a wiretap with a frame reader of its own: that fragments, Pings and compressed frames were there is seen on the
wire, not believed.

${count('pass')} pass, ${count('fail')} fail, ${count('not available')} are not available. Every failure was looked at by hand against the RFC; those in the table are the peers'.

${markdown([['peer', 'version', 'it is the', ...COLUMNS], ...lines])}

${notes.map((note, at) => `${at + 1}. ${note}`).join('\n')}

A peer of which only one side stands in the table has no other: Framewire's own client is the other end of every server and proxy, undici, the
\`WebSocket\` of Node and the browsers have no server, and uWebSockets.js no client. \`uwebsockets\` is uWebSockets.js as the npm registry has it
(\`uWebSockets.js\` itself is not there); it runs on Node 20, since its binaries for newer versions need a newer C library than Debian 12 has. ws runs
on Node 20, the other libraries of npm on Node 24. faye-websocket compresses with \`permessage-deflate\`, its extension on npm. The peers in Go and C are
compiled with Debian's libraries. A proxy stands between our client and our server, set up as its manual says for WebSocket.

## The columns

${SCENARIOS.map(({ name, about }) => `- **${name}**: ${about}`).join('\n')}

## To run it

\`pnpm interop\` runs everything in half a minute and prints the table; \`--only NAME\` takes the peers whose name contains it, \`--json FILE\` writes
the results, \`--write\` renews this page. It ends with status 1 on a failure that is not known to be the peer's. What it needs from Debian is installed
by \`.ci/install-interop\`; a peer that is missing is named, and fails the run when \`CI=true\`. How each peer is started is in
\`apps/acceptance/src/peers.ts\`, and what it runs in \`apps/acceptance/peers/\`.
`;
}

/** For a terminal, without the notes: those are what a pair failed with. */
export function plainTable(rows: readonly Row[]): string {
  const short = { pass: 'pass', fail: 'FAIL', 'not available': '-' } as const;
  const lines = rows.map(({ peer, version, results }) => {
    const cells = results.map((result) => (knownFailure(peer, result) === undefined ? short[result.outcome] : 'fail'));
    return [peer.name, version, placeOf(peer), ...cells];
  });
  return aligned([
    ['peer', 'version', 'is', ...COLUMNS.map((name) => name.replace(/ (from|to|by) /, ' $1\u00a0'))],
    ...lines,
  ])
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}

/** The cells of docs/interop.md by `name place`, such as `ws client`, and then by column. */
export function readPage(page: string): Map<string, Map<string, string>> {
  const [head = [], , ...lines] = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return new Map(
    lines.map((cells) => {
      const [name = '', , place = ''] = cells;
      return [`${name} ${place}`, new Map(head.slice(3).map((column, at) => [column, cells[at + 3] ?? '']))] as const;
    }),
  );
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital.endsWith('.') ? capital : `${capital}.`;
}

function markdown(table: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = aligned(table);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((cell) => '-'.repeat(cell.length))), ...rest.map(line)].join('\n');
}

function aligned(table: readonly (readonly string[])[]): string[][] {
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((cells) => cells[at]?.length ?? 0)));
  return table.map((cells) => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)));
}
