// A page in a browser as a client: it runs the same code as the clients of the runtimes, loaded from our server, so that its Origin is allowed.

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Page } from 'playwright';
import { BROWSERS, launch } from '../src/browsers.ts';
import type { Running } from '../src/child.ts';
import type { Peer } from '../src/peers.ts';
import { at } from '../src/runtimes.ts';

const PAGE = `<!doctype html><title>A client</title><script type="module">
import { browserLike } from '/acts.mjs';
globalThis.converse = (url) => browserLike(new URL(url).pathname, new WebSocket(url));
</script>`;

/** Hands out the page. It need not listen: pass it to `serve`. */
export function pageServer(): Server {
  return createServer((request, response) => {
    const isScript = request.url === '/acts.mjs';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? readFileSync(at('peers/acts.mjs')) : PAGE);
  });
}

/**
 * Opens a page for each server, and lets it play its part on its URLs, one after the other.
 *
 * @param home where the page is, if not on those servers themselves: an origin
 */
export async function openPages({ name }: Peer, urls: readonly string[], home?: string): Promise<Running> {
  const browser = BROWSERS.find((one) => one.name === name);
  if (browser === undefined) throw new Error(`There is no browser called ${name}.`);
  const launched = await launch(browser);
  const page = await launched.newPage();
  const reports = play(page, urls, home);
  return {
    async next() {
      const { done, value } = await reports.next();
      if (done === true) throw new Error('The page has played all its parts.');
      return value;
    },
    stop: () => launched.close(),
  };
}

async function* play(page: Page, urls: readonly string[], home?: string): AsyncGenerator<string, undefined> {
  let opened = '';
  for (const url of urls) {
    const { origin } = new URL(home ?? url.replace('ws:', 'http:'));
    if (origin !== opened) {
      await page.goto(`${origin}/`);
      await page.waitForFunction("typeof converse === 'function'");
      opened = origin;
    }
    yield JSON.stringify(await page.evaluate(`converse(${JSON.stringify(url)})`));
  }
}
