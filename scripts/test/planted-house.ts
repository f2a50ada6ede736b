// A copy of the packages in a temporary folder, in which a test plants what must not be there and runs the tool that
// must say so. Nothing is built and nothing of the real house is touched.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../packages.ts';

const ROOT_FILES: readonly string[] = [
  '.dependency-cruiser.mjs',
  '.gitignore',
  'biome.json',
  'package.json',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
];

export class PlantedHouse {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'framewire-house-')));

  constructor() {
    const filter = (source: string): boolean => !/[\\/](dist|test)$/.test(source);
    cpSync(join(ROOT, 'packages'), join(this.root, 'packages'), { recursive: true, verbatimSymlinks: true, filter });
    for (const file of ROOT_FILES) cpSync(join(ROOT, file), join(this.root, file));
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'), 'dir');
  }

  plant(path: string, source: string): void {
    writeFileSync(join(this.root, path), source);
  }

  /** Runs a tool of the repository here, and gives what it printed. */
  run(tool: string, args: readonly string[]): string {
    const { error, stdout } = spawnSync(join(ROOT, 'node_modules/.bin', tool), args, {
      cwd: this.root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
      maxBuffer: 2 ** 26,
    });
    if (error !== undefined) throw error;
    return stdout;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
