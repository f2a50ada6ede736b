// Real browsers, driven by Playwright. In CI both must be there; elsewhere a missing one is named.

import { type Browser, chromium, firefox } from 'playwright';
import { type FoundBrowser, findChromium, findFirefox } from '../../../scripts/browsers.ts';
import { missing } from './runtimes.ts';

/** A browser on this machine. */
export interface HereBrowser {
  readonly name: 'Chromium' | 'Firefox';
  launch(): Promise<Browser>;
}

/** Those that are here. */
export async function browsersHere(): Promise<HereBrowser[]> {
  const chromiumFound = await findChromium(process.env);
  const firefoxFound = findFirefox(process.env);
  const here: HereBrowser[] = [];
  if (chromiumFound === undefined) missing('Chromium');
  else here.push({ name: 'Chromium', launch: () => chromium.launch(options(chromiumFound)) });
  if (firefoxFound === undefined) missing('Firefox');
  // The channel makes Playwright speak WebDriver BiDi, which every Firefox understands.
  else
    here.push({ name: 'Firefox', launch: () => firefox.launch({ ...options(firefoxFound), channel: 'moz-firefox' }) });
  return here;
}

function options({ path, args, environment }: FoundBrowser): {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
} {
  const variables = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { executablePath: path, args: [...args], env: Object.fromEntries(variables) };
}
