// The published packages: where they are, and how each is packed into the tarball a user would install.

import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run: (file: string, args: string[], options: { cwd: string }) => Promise<{ stdout: string; stderr: string }> =
  promisify(execFile);

/** The repository. */
export const ROOT: string = join(import.meta.dirname, '..');

/** The folder names under packages/, which are the npm names after `@framewire/`. */
export async function packageNames(): Promise<string[]> {
  const entries = await readdir(join(ROOT, 'packages'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** Packs `packages/<name>`, which has been built, into `folder`, and says which file it became. */
export async function pack(name: string, folder: string): Promise<string> {
  const cwd = join(ROOT, 'packages', name);
  await mkdir(folder, { recursive: true });
  const { version }: { version: string } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
  await run(join(ROOT, 'node_modules/.bin/pnpm'), ['pack', '--pack-destination', folder], { cwd });
  return join(folder, `framewire-${name}-${version}.tgz`);
}
