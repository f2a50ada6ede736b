// Real browsers, driven by Playwright. In CI both must be there; elsewhere a missing one is named.

import { type Browser, chromium, firefox } from 'playwright';
import { type FoundBrowser, findChromium, findFirefox } from '../../../scripts/browsers.ts';
import { missing } from './runtimes.ts';

/** A browser that tests use. */
export interface TestBrowser {
  readonly name: 'Chromium' | 'Firefox';
  /** Undefined when it is not on this machine. */
  readonly launch: (() => Promise<Browser>) | undefined;
}

const foundChromium = await findChromium(process.env);
const foundFirefox = findFirefox(process.env);

export const BROWSERS: readonly TestBrowser[] = [
  { name: 'Chromium', launch: foundChromium && (() => chromium.launch(options(foundChromium))) },
  {
    name: 'Firefox',
    // The channel makes Playwright speak WebDriver BiDi, which every Firefox understands.
    launch: foundFirefox && (() => firefox.launch({ ...options(foundFirefox), channel: 'moz-firefox' })),
  },
];

/** Whether the browser is on this machine. In CI a missing one is an error. */
export function isBrowserHere({ name, launch }: TestBrowser): boolean {
  if (launch === undefined) missing(name);
  return launch !== undefined;
}

/** Starts the browser. */
export async function launch({ name, launch: start }: TestBrowser): Promise<Browser> {
  if (start === undefined) throw new Error(`${name} is not on this machine.`);
  return start();
}

function options({ path, args, environment }: FoundBrowser): {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
} {
  const variables = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { executablePath: path, args: [...args], env: Object.fromEntries(variables) };
}
