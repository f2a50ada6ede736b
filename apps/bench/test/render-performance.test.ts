import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BLOCKS } from '../src/render-blocks.ts';
import { renderPerformance, writePerformanceDocs } from '../src/render-performance.ts';
import type { BenchReport } from '../src/report.ts';
import { sampleReport } from './support/sample-report.ts';

const PAGE = readFileSync(new URL('../../../docs/performance.md', import.meta.url), 'utf8');
const EVERYTHING = /<!-- bench: (.+?) -->[\s\S]*?<!-- \/bench -->/g;

function block(page: string, name: string): string {
  return page.split(`<!-- bench: ${name} -->`)[1]?.split('<!-- /bench -->')[0]?.trim() ?? '';
}

describe('the page', () => {
  it('has a place for every block', () => {
    const names = [...PAGE.matchAll(EVERYTHING)].map(([, name]) => name);
    expect(names.sort()).toEqual([...BLOCKS.keys()].sort());
  });

  it('has no figure that was typed by hand, but beside the profiles', () => {
    const [before = '', profiles = ''] = PAGE.replaceAll(EVERYTHING, '').split('\n## What costs what\n');
    const after = profiles.slice(profiles.indexOf('\n## '));
    expect(`${before}${after}`).not.toMatch(/\d ?(?:x|×|µs|us|ns|ms|s|%|[GM]B\/s|[kM]? a second)(?![a-z])/i);
  });
});

describe('the walk through the code', () => {
  it('leads to files that are there', () => {
    const named = [...PAGE.matchAll(/`((?:packages|apps)\/\S+?\.ts)`/g)].map(([, path]) => path ?? '');
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(new URL(`../../../${path}`, import.meta.url)))).toEqual([]);
  });
});

describe('rendering', () => {
  it('puts the figures of the run between the markers', () => {
    const page = renderPerformance(sampleReport(), PAGE);
    expect(block(page, 'machine')).toContain('- Machine: Sample CPU, 2 cores, 8 GB of memory');
    expect(block(page, 'machine')).toContain('- Command: `npm run bench -- --write`, on 2026-05-04.');
    expect(block(page, 'targets')).toMatch(
      /\| echo, 20 B, 16 in flight \| >= 12x ws \| [\d.]+x \([\d.]+x-[\d.]+x\) \| /,
    );
    expect(block(page, 'echo')).toMatch(/\| \*\*framewire\*\* \| 0\.\d+ \(0\.\d+-0\.\d+\) \| /);
    expect(block(page, 'plot processes')).toBe('![Throughput with more processes](performance/processes.svg)');
    expect(page).not.toContain('Not measured');
    expect(page).not.toContain('not measured');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('changes nothing the second time', () => {
    const once = renderPerformance(sampleReport(), PAGE);
    expect(renderPerformance(sampleReport(), once)).toBe(once);
  });

  it('leaves what was written by hand as it is', () => {
    const prose = (page: string): string => page.replaceAll(EVERYTHING, '');
    expect(prose(renderPerformance(sampleReport(), PAGE))).toBe(prose(PAGE));
  });

  it('says "not measured" where a run has no figures, and makes none up', () => {
    const nothing: BenchReport = { ...sampleReport(), scenarios: [], unavailable: [], versions: {} };
    const page = renderPerformance(nothing, PAGE);
    for (const name of BLOCKS.keys()) {
      if (name === 'machine' || name === 'targets' || name === 'unavailable' || name.startsWith('plot ')) continue;
      expect(block(page, name)).toBe('Not measured in this run.');
    }
    expect(block(page, 'targets')).not.toMatch(/\| (?:yes|\*\*no\*\*)/);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('leaves out a contestant or a metric that is not there', () => {
    const whole = sampleReport();
    for (const [index] of whole.scenarios.entries()) {
      for (const kept of [0, 1]) {
        const scenarios = whole.scenarios.map((scenario, at) =>
          at === index
            ? {
                ...scenario,
                results: scenario.results.slice(0, kept).map((result) => ({ ...result, metrics: {} })),
              }
            : scenario,
        );
        expect(renderPerformance({ ...whole, scenarios }, PAGE)).not.toMatch(/NaN|undefined|Infinity/);
      }
    }
  });

  it('refuses a marker that names no block', () => {
    expect(() => renderPerformance(sampleReport(), '<!-- bench: speed -->\n<!-- /bench -->')).toThrow(
      'No block is called speed',
    );
  });

  it.each([
    '<!-- bench: echo -->',
    '<!-- bench: echo --> <!-- /bench --> <!-- /bench -->',
    '<!-- bench: echo --> <!-- bench: client --> <!-- /bench -->',
  ])('refuses blocks that do not end: %s', (page) => {
    expect(() => renderPerformance(sampleReport(), page)).toThrow('The block echo needs one <!-- /bench --> after it.');
  });

  it('refuses an end without a beginning', () => {
    expect(() => renderPerformance(sampleReport(), 'a <!-- /bench --> b')).toThrow('before the first block');
  });
});

describe('writing', () => {
  it('writes the page and the plots it shows', () => {
    const root = mkdtempSync(join(tmpdir(), 'bench-docs-'));
    try {
      mkdirSync(join(root, 'docs'));
      writeFileSync(join(root, 'docs', 'performance.md'), PAGE);
      const written = writePerformanceDocs(sampleReport(), root);
      expect(written[0]).toBe(join('docs', 'performance.md'));
      const page = readFileSync(join(root, 'docs', 'performance.md'), 'utf8');
      const shown = [...page.matchAll(/\]\((performance\/.+?\.svg)\)/g)].map(([, path]) => join('docs', path ?? ''));
      expect(shown.sort()).toEqual(written.slice(1).sort());
      for (const path of shown) expect(readFileSync(join(root, path), 'utf8')).toMatch(/^<svg /);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
