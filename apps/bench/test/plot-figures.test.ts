import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { PLOTS, renderPlots } from '../src/plot-figures.ts';
import { textWidth, WIDTH } from '../src/plot-svg.ts';
import type { BenchReport } from '../src/report.ts';
import { sampleReport } from './support/sample-report.ts';

/** Throws where it is not well-formed. */
function parsed(svg: string): Element {
  const root = new DOMParser({
    onError: (_, message) => {
      throw new Error(message);
    },
  }).parseFromString(svg, 'image/svg+xml').documentElement;
  if (root === null) throw new Error('There is nothing.');
  return root;
}

function attribute(element: Element, name: string): string {
  return element.getAttribute(name) ?? '';
}

const EMPTY: BenchReport = { ...sampleReport(), scenarios: [] };
const ALONE: BenchReport = {
  ...sampleReport(),
  scenarios: sampleReport().scenarios.map((scenario) => ({ ...scenario, results: scenario.results.slice(0, 1) })),
};
const HUGE_NAMES: BenchReport = {
  ...sampleReport(),
  machine: { ...sampleReport().machine, cpu: `A & B <${'core '.repeat(60)}>` },
};
const CASES = [
  ['a whole run', sampleReport()],
  ['another', sampleReport(7)],
  ['one contestant', ALONE],
  ['a machine of many words', HUGE_NAMES],
  ['nothing', EMPTY],
] as const;

describe.each(CASES)('the plots of %s', (_, report) => {
  it('are the six of the page', () => {
    expect([...renderPlots(report).keys()]).toEqual(PLOTS.map((name) => `${name}.svg`));
  });

  it.each(PLOTS)('are XML with a title, a description, and dark colours: %s', (name) => {
    const svg = renderPlots(report).get(`${name}.svg`) ?? '';
    const root = parsed(svg);
    expect(root.tagName).toBe('svg');
    expect(root.getElementsByTagName('title')[0]?.textContent).not.toBe('');
    expect(root.getElementsByTagName('desc')[0]?.textContent).toMatch(/\.$/);
    expect(root.getElementsByTagName('style')[0]?.textContent).toContain('@media (prefers-color-scheme:dark)');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each(PLOTS)('have every label inside: %s', (name) => {
    const root = parsed(renderPlots(report).get(`${name}.svg`) ?? '');
    const [, , width = 0, height = 0] = attribute(root, 'viewBox').split(' ').map(Number);
    expect(width).toBe(WIDTH);
    for (const text of root.getElementsByTagName('text')) {
      const classes = attribute(text, 'class').split(' ');
      const [x, y] = [Number(attribute(text, 'x')), Number(attribute(text, 'y'))];
      const size = classes.includes('small') ? 12 : classes.includes('title') ? 17 : 13;
      const long = textWidth(text.textContent ?? '', size);
      const left = classes.includes('end') ? x - long : classes.includes('middle') ? x - long / 2 : x;
      expect(left, text.textContent ?? '').toBeGreaterThanOrEqual(0);
      expect(left + long, text.textContent ?? '').toBeLessThanOrEqual(width);
      expect(y - size).toBeGreaterThanOrEqual(0);
      expect(y + 4).toBeLessThanOrEqual(height);
    }
  });

  it.each(PLOTS)('have every bar inside: %s', (name) => {
    const root = parsed(renderPlots(report).get(`${name}.svg`) ?? '');
    for (const bar of root.getElementsByTagName('rect')) {
      const left = Number(attribute(bar, 'x'));
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + Number(attribute(bar, 'width'))).toBeLessThanOrEqual(WIDTH);
    }
  });
});

describe('a plot', () => {
  it('tells its figures to those who do not see it', () => {
    const root = parsed(renderPlots(sampleReport()).get('cost-by-size.svg') ?? '');
    expect(root.getElementsByTagName('desc')[0]?.textContent).toMatch(/framewire: .+ at 16 B, .+ at 16 MB/);
  });

  it('says where it has nothing to show', () => {
    for (const svg of renderPlots(EMPTY).values()) expect(svg).toContain('Not measured in this run.');
  });

  it('is the same for the same run', () => {
    expect([...renderPlots(sampleReport())]).toEqual([...renderPlots(sampleReport())]);
  });
});
