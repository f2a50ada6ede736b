// Which browsers the browser tests run in: the one named in the environment, else the system's, else the Chromium in
// the optional package `@sparticuz/chromium`.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

/** The variables of a process, as in `process.env`. */
export interface Environment {
  readonly [name: string]: string | undefined;
  readonly PATH?: string | undefined;
}

/** A browser that can be started here. */
export interface FoundBrowser {
  readonly path: string;
  /** Where it was found, for the line that says which browser is used. */
  readonly source: string;
  readonly args: readonly string[];
  readonly environment: Environment;
}

const CHROMIUM_NAMES: readonly string[] = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const CHROMIUM_PATHS: readonly string[] = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const CHROMIUM_ARGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const FIREFOX_NAMES: readonly string[] = ['firefox-esr'];

/** `$CHROMIUM`, a Chromium or Chrome of the system, or the one of `@sparticuz/chromium`. */
export async function findChromium(environment: Environment): Promise<FoundBrowser | undefined> {
  const found = findNamed(environment, 'CHROMIUM', CHROMIUM_NAMES, CHROMIUM_PATHS);
  return found === undefined ? findPackagedChromium(environment) : { ...found, args: CHROMIUM_ARGS };
}

/** `$FIREFOX` or the system's firefox-esr, the build that Playwright can drive over WebDriver BiDi. */
export function findFirefox(environment: Environment): FoundBrowser | undefined {
  return findNamed(environment, 'FIREFOX', FIREFOX_NAMES, []);
}

function findNamed(
  environment: Environment,
  variable: string,
  names: readonly string[],
  paths: readonly string[],
): FoundBrowser | undefined {
  const named = environment[variable];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`$${variable} is ${named}, but there is no program to run.`);
    return { path: named, source: `$${variable}`, args: [], environment };
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...paths];
  const path = candidates.find(isExecutable);
  return path === undefined ? undefined : { path, source: 'of the system', args: [], environment };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function findPackagedChromium(environment: Environment): Promise<FoundBrowser | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    const path = await packaged.executablePath();
    const base = { path, source: 'of @sparticuz/chromium', args: packaged.args };
    if (starts(path, environment)) return { ...base, environment };
    const withLibraries = { ...environment, LD_LIBRARY_PATH: unpackLibraries() };
    return starts(path, withLibraries) ? { ...base, environment: withLibraries } : undefined;
  } catch {
    // Not installed, or it cannot run here: the same as no browser.
    return undefined;
  }
}

function starts(path: string, environment: Environment): boolean {
  return spawnSync(path, ['--version'], { env: environment, stdio: 'ignore' }).status === 0;
}

/** The package carries libnss3 and libnspr4 for systems that lack them, and unpacks them only where it knows the system. */
function unpackLibraries(): string {
  const folder = join(tmpdir(), 'framewire-chromium-libraries');
  const libraries = join(folder, 'lib');
  if (existsSync(libraries)) return libraries;
  mkdirSync(folder, { recursive: true });
  const archive = new URL('../../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'));
  const tar = brotliDecompressSync(readFileSync(fileURLToPath(archive)));
  spawnSync('tar', ['-x', '-C', folder], { input: tar });
  return libraries;
}
