// What the peers did, as a page of the documentation.

import { type CaseResult, catalogue, type Report } from '@framewire/conformance';
import { EXPLANATIONS, type Explanation } from './explanations.ts';

/** What came of one peer. */
export interface PeerRow {
  readonly name: string;
  readonly role: 'client' | 'server';
  readonly version: string;
  readonly report: Report;
}

/** The failures of a peer that nobody has looked at. */
export function unexplained(row: PeerRow): CaseResult[] {
  return failures(row).filter((failure) => explain(row, failure) === undefined);
}

function failures({ report }: PeerRow): CaseResult[] {
  return report.cases.filter(({ outcome }) => outcome === 'fail');
}

function explain(row: PeerRow, { id, failure = '' }: CaseResult): Explanation | undefined {
  return EXPLANATIONS.find(
    (one) =>
      (one.peer ?? row.name) === row.name &&
      one.cases.some((pattern) => fits(pattern, id)) &&
      (one.failure?.test(failure) ?? true),
  );
}

function fits(pattern: string, id: string): boolean {
  const expression = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${expression.join('.*')}$`).test(id);
}

/** docs/conformance.md. */
export function conformancePage(rows: readonly PeerRow[], messages: number): string {
  const columns = catalogue.filter(({ cases }) => cases.length > 0);
  const notes: string[] = [];
  const cell = (row: PeerRow, ids: ReadonlySet<string>): string => {
    const results = row.report.cases.filter(({ id }) => ids.has(id));
    if (results.length === 0) return '';
    const count = (outcome: CaseResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
    if (count('not supported') === results.length) return 'none';
    const asked = results.length - count('not supported');
    const failed = results.filter(({ outcome }) => outcome === 'fail');
    const marks = [...new Set(failed.map((one) => mark(row, one)))];
    return `${count('pass')}/${asked}${marks.length === 0 ? '' : ` (${marks.sort((a, b) => a - b).join(', ')})`}`;
  };
  const mark = (row: PeerRow, failure: CaseResult): number => {
    const note = explain(row, failure)?.sentence ?? 'Not yet looked at.';
    if (!notes.includes(note)) notes.push(note);
    return notes.indexOf(note) + 1;
  };
  const order = (row: PeerRow): string => `${row.name === 'framewire' ? 0 : 1}${row.role}${row.name.toLowerCase()}`;
  const sorted = [...rows].sort((a, b) => order(a).localeCompare(order(b)));
  const head = ['peer', 'version', 'as', ...columns.map(({ id }) => id), 'failed'];
  const lines = sorted.map((row) => [
    row.name,
    row.version,
    row.role,
    ...columns.map(({ cases }) => cell(row, new Set(cases.map(({ id }) => id)))),
    String(failures(row).length),
  ]);
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const total = columns.reduce((sum, { cases }) => sum + cases.length, 0);
  return `# Conformance

\`@framewire/conformance\` tests any WebSocket server or client. It has ${total} cases: the 517 of the classic public suite under their own numbers, and
${total - 517} more. Every case is strict: there is no verdict between pass and fail, but for compression an endpoint does not have, which is
\`not supported\`. Its code for the wire is its own, so it does not share the mistakes of Framewire's codec.

## Framewire

\`pnpm conformance\` runs all of it against our server and our client: plain, over TLS, by \`upgrade()\` on an HTTP server, with permessage-deflate
without and with context takeover, and with every read cut into single bytes. Every case must pass; \`--json FILE\` writes the summary. \`npm test\` does the same
with 50 messages instead of 1,000 in the long cases, and leaves sections 9, 12 and 13 out where reads are single bytes.

## Everybody else

Made by \`pnpm conformance:peers --messages ${messages} --write\`: each peer as it ships, with compression switched on where it has it. A cell is passed/asked;
"none" where the peer lacks what the section is about. The notes say what kind of failure it is. Those of ws
were each looked at by hand, on the wire, against the RFC; the others by what the tester says and what the RFC says of that. Some peers fail many cases for
one reason, such as a Close frame they never send. Browsers are left out, because they hold back a page whose connections fail, ever longer; wsproto and
libwebsockets, because how they close is up to the program around them.

${table}

${notes.map((note, at) => `${at + 1}. ${note}`).join('\n')}

## The sections

${columns.map(({ id, title, cases }) => `- **${id}** (${cases.length}): ${title}`).join('\n')}

Whether the tester sees what is wrong is tested with endpoints that are wrong on purpose, one fault each: \`packages/conformance/test\`.
`;
}
