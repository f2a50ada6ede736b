import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CommandLineError } from '../src/command-line.ts';
import { prepareReport, ROOT, readReport, writeReport } from '../src/report-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'framewire-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the file of a report', () => {
  it('is written into a folder that is made for it, and read again', () => {
    const file = join(folder, 'new', 'report.json');
    prepareReport(file);
    writeReport(file, { mode: 'quick' });
    expect(readReport<unknown>(file)).toEqual({ mode: 'quick' });
  });

  it('is refused before anything is measured where it cannot be written', () => {
    const notFolder = join(folder, 'file');
    writeFileSync(notFolder, '');
    expect(() => prepareReport(join(notFolder, 'report.json'))).toThrow(CommandLineError);
  });

  it('must be there and be JSON', () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{');
    for (const file of [broken, join(folder, 'none.json')]) expect(() => readReport(file)).toThrow(CommandLineError);
  });
});

it('the root is where the docs are', () => {
  expect(existsSync(join(ROOT, 'docs', 'performance.md'))).toBe(true);
});
