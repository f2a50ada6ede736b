import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderSoakPage, writeSoakDocs } from '../../src/soak/render-soak.ts';
import { renderSoakPlots, shownCommand } from '../../src/soak/soak-plots.ts';
import { demand, sampleSoak } from '../support/sample-soak.ts';

describe('the page of the soak', () => {
  const page = renderSoakPage(sampleSoak());

  it('has a table of what was demanded and what was, for each soak', () => {
    expect(page).toContain('| unexpected closes | 0 | 0 | yes |');
    expect(page).toContain('| messages lost | 0 | 0 | yes |');
    expect(page).toContain('| Pings | 4 |');
    expect(page).toContain('## Idle connections');
    expect(page).not.toContain('## Readers that stop reading');
  });

  it('names machine, versions and command, but no folder', () => {
    expect(page).toContain('Some CPU, 2 cores, 16 GB of memory, Linux 6');
    expect(page).toContain('Node 24.21.0, framewire 0.1.0');
    expect(page).toContain('Command: `npm run soak -- --write`, on 2026-11-23.');
    expect(page).not.toContain('/home');
  });

  it('says first whether everything was met, and what was not', () => {
    expect(page).toContain('**Everything that is demanded was met.**');
    const [idle] = sampleSoak().soaks;
    const soaks = idle === undefined ? [] : [{ ...idle, demands: [demand('unexpected closes', false)] }];
    const failed = renderSoakPage(sampleSoak({ soaks, quick: true, together: false }));
    expect(failed).toContain('**Not met: unexpected closes (idle).**');
    expect(failed).toContain('| unexpected closes | 0 | 3 (reset by peer.js) | **no** |');
    expect(failed).toContain('one after another. It was a quick run');
  });

  it('shows the plots that there are figures for', () => {
    expect([...page.matchAll(/\(soak\/(.+)\.svg\)/g)].map(([, name]) => name)).toEqual([
      'heap',
      'rss',
      'kernel',
      'latency',
    ]);
  });
});

describe('the plots of the soak', () => {
  const plots = renderSoakPlots(sampleSoak());

  it('are well-formed, say what they show in words, and follow the colours of the reader', () => {
    for (const svg of plots.values()) {
      const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
      expect(documentElement?.nodeName).toBe('svg');
      expect(svg).toContain('prefers-color-scheme:dark');
      expect(svg).not.toContain('NaN');
      expect(svg).not.toContain('/home');
    }
    expect(plots.get('latency.svg')).toContain('p99: 120 µs at first, 1.3 ms in the end, 95.5 µs to 1.3 ms.');
  });

  it('tell long times in minutes, short ones in seconds', () => {
    expect(plots.get('heap.svg')).toContain('>minutes<');
    expect(plots.get('latency.svg')).toContain('>seconds<');
  });

  it('name the command without where it wrote', () => {
    expect(shownCommand('npm run soak -- --json soak.json')).toBe('npm run soak');
    expect(shownCommand('npm run soak -- --minutes 2 --report a.json')).toBe('npm run soak -- --minutes 2');
  });
});

describe('what is written', () => {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'soak-'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('is the page and a file for each plot', () => {
    const files = writeSoakDocs(sampleSoak(), root);
    expect(files).toEqual(['docs/soak.md', ...readdirPlots(root)].map((file) => join(...file.split('/'))));
    expect(readFileSync(join(root, 'docs', 'soak.md'), 'utf8')).toBe(renderSoakPage(sampleSoak()));
  });
});

function readdirPlots(root: string): string[] {
  const order = ['heap', 'rss', 'kernel', 'latency'];
  const there = readdirSync(join(root, 'docs', 'soak'));
  return order.filter((name) => there.includes(`${name}.svg`)).map((name) => `docs/soak/${name}.svg`);
}
