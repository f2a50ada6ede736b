// What is about to be published, checked as a user would get it: each package is packed, and publint and attw look at
// the tarball. Its source maps must be the ones the shipped code names, and hold the sources, which are not shipped.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pack, packageNames, ROOT } from './packages.ts';

const run: (file: string, args: string[], options: { cwd: string }) => Promise<{ stdout: string; stderr: string }> =
  promisify(execFile);

/** TypeScript's oldest resolution knows no subpath exports; only a package that has one is excused from it. */
const ATTW_PROFILES: Readonly<Record<string, string>> = { testing: 'node16' };

async function complaint(tool: string, args: string[]): Promise<string[]> {
  try {
    await run(join(ROOT, 'node_modules/.bin', tool), args, { cwd: ROOT });
    return [];
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return [[`${tool}:`, stdout, stderr].join('\n')];
  }
}

async function sourceMapProblems(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  const code = files.filter((file) => /\.c?js$/.test(file));
  const problems = await Promise.all(
    code.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      const urls = [...text.matchAll(/\/\/# sourceMappingURL=(\S+)/g)].map((match) => match[1]);
      if (urls.length !== 1 || urls[0] !== `${file}.map`) return [`${file} names the source maps ${urls.join(', ')}.`];
      const map: { sources: string[]; sourcesContent?: (string | null)[] } = JSON.parse(
        await readFile(join(folder, `${file}.map`), 'utf8'),
      );
      const complete =
        map.sourcesContent?.length === map.sources.length && map.sourcesContent.every((one) => one !== null);
      return complete ? [] : [`${file}.map does not hold its sources.`];
    }),
  );
  return problems.flat();
}

async function contentProblems(tarball: string): Promise<string[]> {
  const { stdout } = await run('tar', ['-tzf', tarball], { cwd: ROOT });
  const files = stdout.split('\n').filter((line) => line !== '');
  const stray = files.filter((file) => !/^package\/(dist\/.+|LICENSE|README\.md|package\.json)$/.test(file));
  const missing = ['LICENSE', 'README.md', 'package.json'].filter((file) => !files.includes(`package/${file}`));
  return [
    ...stray.map((file) => `The tarball holds ${file}.`),
    ...missing.map((file) => `The tarball has no ${file}.`),
  ];
}

async function check(name: string, folder: string): Promise<string[]> {
  const tarball = await pack(name, folder);
  const problems = await Promise.all([
    complaint('publint', ['run', tarball, '--strict']),
    complaint('attw', [tarball, '--no-emoji', '--no-color', '--profile', ATTW_PROFILES[name] ?? 'strict']),
    sourceMapProblems(join(ROOT, 'packages', name, 'dist')),
    contentProblems(tarball),
  ]);
  return problems.flat().map((problem) => `@framewire/${name}: ${problem}`);
}

const folder = await mkdtemp(join(tmpdir(), 'framewire-tarballs-'));
try {
  const problems: string[] = [];
  // One after the other: each check already keeps two cores busy.
  for (const name of await packageNames()) problems.push(...(await check(name, folder)));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
