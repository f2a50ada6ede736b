// The page of one run: each case with what was expected, what was found, and everything that went over the wire, explained.

import type { Case, Section } from '../case.ts';
import type { CaseResult, Report } from '../report.ts';
import { Explainer } from '../wire/explain.ts';
import type { LogEntry } from '../wire/wire-log.ts';
import { escapeHtml } from './escape.ts';
import { page } from './page.ts';

export function logPage(sections: readonly Section[], report: Report): string {
  const results = new Map(report.cases.map((one) => [one.id, one]));
  const { agent, endpoint, totals, started, milliseconds, testerVersion } = report;
  const parts = sections.flatMap(({ id, title, cases }) => {
    const own = cases.flatMap((one) => {
      const result = results.get(one.id);
      return result === undefined ? [] : [caseDetails(one, result, endpoint)];
    });
    return own.length === 0 ? [] : [`<h2>${id} ${escapeHtml(title)}</h2>\n${own.join('\n')}`];
  });
  return page(
    `${agent}, ${endpoint}`,
    `<p><a href="index.html">All implementations</a></p>
<p>${totals.pass} passed, ${totals.fail} failed, ${totals['not supported']} not supported. Run ${escapeHtml(started)} in ${(milliseconds / 1000).toFixed(1)} s by version ${escapeHtml(testerVersion)} of the tester.</p>
${parts.join('\n')}`,
  );
}

function caseDetails({ id, title, expectation, rfc }: Case, result: CaseResult, endpoint: string): string {
  const [number = '', section = ''] = rfc.split(' ');
  const style = result.outcome === 'not supported' ? 'none' : result.outcome;
  const close = result.closeCode === undefined ? '' : ` Its Close frame said ${result.closeCode}.`;
  return `<details><summary><strong class="${style}">${result.outcome}</strong> ${id} ${escapeHtml(title)}</summary>
<div>
<p id="${id}">${escapeHtml(expectation)} (<a href="https://www.rfc-editor.org/rfc/rfc${number}#section-${section}">RFC ${number}, section ${section}</a>)</p>
${result.failure === undefined ? '' : `<p class="${style}">${escapeHtml(result.failure)}</p>`}
<p class="when">${result.milliseconds} ms.${close}</p>
${logList(result.log ?? [], endpoint)}
</div></details>`;
}

function logList(entries: readonly LogEntry[], endpoint: string): string {
  const explainers = { tester: new Explainer(), endpoint: new Explainer() };
  const items = entries.map((entry) => {
    const when = `<span class="when">${entry.at.toFixed(2)} ms</span>`;
    if ('event' in entry) {
      if (entry.omitted !== undefined) for (const one of Object.values(explainers)) one.lose();
      return `<li>${when} ${escapeHtml(entry.event)}</li>`;
    }
    const bytes = Buffer.from(entry.hex, 'hex');
    const segments = explainers[entry.from]
      .explain(bytes, entry.length)
      .map(({ hex, meaning }) => `<dt><code>${spaced(hex)}</code></dt><dd>${escapeHtml(meaning)}</dd>`);
    const left = entry.length - bytes.length;
    const writer = entry.from === 'tester' ? 'the tester' : `the ${endpoint}`;
    return `<li>${when} ${writer} wrote ${entry.length} ${entry.length === 1 ? 'octet' : 'octets'}${left > 0 ? `, of which ${left} are not shown` : ''}<dl class="segments">${segments.join('')}</dl></li>`;
  });
  return `<ol class="log">${items.join('\n')}</ol>`;
}

function spaced(hex: string): string {
  return hex.replace(/..(?=.)/g, '$& ');
}
