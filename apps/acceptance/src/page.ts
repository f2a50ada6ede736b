// A page in a real browser whose only content is a script, handed out by the very server its WebSockets go to, as the Origin policy wants it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Handler, type ServeOptions, serve } from '@framewire/node-server';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { launch, type TestBrowser } from './browsers.ts';

/** What a page talks to. */
export interface Scene {
  /** The code of an ES module, for a server on this port. */
  readonly script: (port: number) => string | Promise<string>;
  readonly handler: Handler;
  readonly options?: Partial<ServeOptions>;
}

/** Opens the page, uses it, and closes all. Fails when a script of the page has thrown. */
export async function inPage(
  browser: TestBrowser,
  { script, handler, options }: Scene,
  use: (page: Page, port: number) => Promise<void>,
): Promise<void> {
  let code = '';
  const http = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Test</title><script type="module">${code}</script><body></body>`);
  });
  const server = await serve(handler, { host: '127.0.0.1', port: 0, http, ...options });
  const { port } = server.address as AddressInfo;
  code = await script(port);
  const launched = await launch(browser);
  try {
    const page = await launched.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(`http://127.0.0.1:${port}/`);
    await use(page, port);
    expect(problems).toEqual([]);
  } finally {
    await launched.close();
    await server.close({ deadline: 0 });
  }
}
