// The page of all runs: a row for each case, a column for each implementation, and a link from each cell to its log.

import type { Section } from '../case.ts';
import type { CaseResult, Outcome, Report } from '../report.ts';
import { escapeHtml } from './escape.ts';
import { page } from './page.ts';

export interface Run {
  readonly report: Report;
  /** The page of its logs, relative to this one. */
  readonly href: string;
}

const MARKS: Readonly<Record<Outcome, readonly [mark: string, style: string]>> = {
  pass: ['✓', 'pass'],
  fail: ['✗', 'fail'],
  'not supported': ['–', 'none'],
};

export function matrixPage(sections: readonly Section[], runs: readonly Run[]): string {
  const results = runs.map(({ report }) => new Map(report.cases.map((one) => [one.id, one])));
  const groups = sections.map((section) => sectionRows(section, runs, results)).join('\n');
  return page(
    'WebSocket conformance',
    `<p>${runs.length === 1 ? 'One implementation' : `${runs.length} implementations`} against RFC 6455 and RFC 7692. Each mark links to what went over the wire:
<span class="pass">✓</span> pass, <span class="fail">✗</span> fail, <span class="none">–</span> the endpoint declined an optional extension. An empty cell was not run.</p>
<p><label><input type="checkbox" id="failures"> Only cases that failed somewhere</label></p>
<div class="wide" role="region" aria-label="Results" tabindex="0"><table>
<thead><tr><th scope="col">Case</th><th scope="col">What happens</th>${runs.map(agentHead).join('')}</tr></thead>
${groups}
</table></div>`,
  );
}

function agentHead({ report, href }: Run): string {
  const { agent, endpoint, totals } = report;
  return `<th scope="col" class="agent"><a href="${escapeHtml(href)}">${escapeHtml(agent)}</a><br>${endpoint}<br>${totals.pass} of ${report.cases.length}</th>`;
}

function sectionRows(
  { id, title, cases }: Section,
  runs: readonly Run[],
  results: readonly Map<string, CaseResult>[],
): string {
  const run = cases.filter((one) => results.some((own) => own.has(one.id)));
  if (run.length === 0) return '';
  const counts = results.map((own) => {
    const mine = run.flatMap((one) => own.get(one.id) ?? []);
    const passed = mine.filter(({ outcome }) => outcome === 'pass').length;
    return `<td class="outcome">${mine.length === 0 ? '' : `${passed} of ${mine.length}`}</td>`;
  });
  const rows = run.map((one) => {
    const own = results.map((map) => map.get(one.id));
    const fine = own.every((result) => result?.outcome !== 'fail');
    const cells = own.map((result, index) => cell(one.id, result, runs[index]));
    return `<tr${fine ? ' class="fine"' : ''}><th scope="row">${one.id}</th><td>${escapeHtml(one.title)}</td>${cells.join('')}</tr>`;
  });
  return `<tbody><tr><th scope="rowgroup" colspan="2">${id} ${escapeHtml(title)}</th>${counts.join('')}</tr>\n${rows.join('\n')}</tbody>`;
}

function cell(id: string, result: CaseResult | undefined, run: Run | undefined): string {
  if (result === undefined || run === undefined) return '<td class="outcome"></td>';
  const [mark, style] = MARKS[result.outcome];
  const { agent } = run.report;
  const said = escapeHtml(`${agent}, case ${id}: ${result.outcome}${result.failure ? `. ${result.failure}` : ''}`);
  return `<td class="outcome"><a class="${style}" href="${escapeHtml(run.href)}#${id}" aria-label="${said}" title="${said}">${mark}</a></td>`;
}
