// docs/performance.md: prose by hand, figures by the bench. Between the markers `<!-- bench: NAME -->` and `<!-- /bench -->` stands what
// was made of a report; everything else is left as it is. Rendering a page twice changes nothing.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPlots } from './plot-figures.ts';
import { BLOCKS } from './render-blocks.ts';
import type { BenchReport } from './report.ts';

const PAGE = join('docs', 'performance.md');
const PLOT_FOLDER = join('docs', 'performance');
const OPENING = /<!-- bench: (.+?) -->/;
const CLOSING = '<!-- /bench -->';

/**
 * The page with its figures replaced by those of `report`.
 *
 * @throws Error where a marker names no block, or a block does not end before the next one.
 */
export function renderPerformance(report: BenchReport, previousMarkdown: string): string {
  const [prose = '', ...blocks] = previousMarkdown.split(new RegExp(OPENING, 'g'));
  if (prose.includes(CLOSING)) throw new Error(`There is a ${CLOSING} before the first block.`);
  let page = prose;
  for (let index = 0; index < blocks.length; index += 2) {
    const name = blocks[index] ?? '';
    const [, after, ...more] = (blocks[index + 1] ?? '').split(CLOSING);
    const block = BLOCKS.get(name);
    if (block === undefined)
      throw new Error(`No block is called ${name}. There are: ${[...BLOCKS.keys()].join(', ')}.`);
    if (after === undefined || more.length > 0) throw new Error(`The block ${name} needs one ${CLOSING} after it.`);
    page += `<!-- bench: ${name} -->\n\n${block(report)}\n\n${CLOSING}${after}`;
  }
  return page;
}

/** Renders the page and its plots under `root`, the folder of the repository, and returns the paths of what it wrote, relative to it. */
export function writePerformanceDocs(report: BenchReport, root: string): readonly string[] {
  const page = join(root, PAGE);
  writeFileSync(page, renderPerformance(report, readFileSync(page, 'utf8')));
  mkdirSync(join(root, PLOT_FOLDER), { recursive: true });
  const plots = [...renderPlots(report)].map(([name, svg]) => {
    const path = join(PLOT_FOLDER, name);
    writeFileSync(join(root, path), svg);
    return path;
  });
  return [PAGE, ...plots];
}
