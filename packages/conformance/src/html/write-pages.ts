// Writes the pages of a folder. Each run leaves its report in it, so that the matrix has a column for every implementation that was
// ever written there; a new run of the same implementation replaces the old.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogue } from '../catalogue.ts';
import type { Report } from '../report.ts';
import { logPage } from './log-page.ts';
import { matrixPage } from './matrix-page.ts';

/** Returns the path of the page of all runs. */
export async function writePages(folder: string, report: Report): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = fileName(report);
  await writeFile(join(folder, `${name}.json`), JSON.stringify(report));
  await writeFile(join(folder, `${name}.html`), logPage(catalogue, report));
  const index = join(folder, 'index.html');
  await writeFile(index, matrixPage(catalogue, await runsIn(folder)));
  return index;
}

/**
 * A name without anything that a file system or a URL might take ill. What is lost of the agent's name a few digits of its hash
 * stand for, so that no two agents share a file.
 */
function fileName({ agent, endpoint }: Report): string {
  const known = agent
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (known === agent) return `${endpoint}-${known}`;
  const digits = createHash('sha256').update(agent).digest('hex').slice(0, 8);
  return [endpoint, known, digits].filter((part) => part !== '').join('-');
}

async function runsIn(folder: string): Promise<{ report: Report; href: string }[]> {
  const files = (await readdir(folder)).filter((file) => /^(?:server|client)-.*\.json$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => {
      const report: Report = JSON.parse(await readFile(join(folder, file), 'utf8'));
      return { report, href: file.replace(/json$/, 'html') };
    }),
  );
}
