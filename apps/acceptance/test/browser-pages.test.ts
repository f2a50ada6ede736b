// Pages in Chromium and Firefox, with the built browser package in their bundle, and our server: text with emoji and CJK, bytes from none to
// 4 MB, both sides sending at once.

import type { Closure, NodeConnection } from '@framewire/node-server';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { payloads, same } from '../peers/payloads.mjs';
import { BROWSERS, isBrowserHere } from '../src/browsers.ts';
import { inPage } from '../src/page.ts';
import { at } from '../src/runtimes.ts';

it.for(BROWSERS)('$name and our server say everything to each other at once', async (browser, { skip }) => {
  skip(!isBrowserHere(browser));
  let closed: Promise<Closure> | undefined;
  const arrived: boolean[] = [];
  const script = async (): Promise<string> => {
    const entryPoints = [at('page/converse.ts')];
    const bundle = { bundle: true, minify: true, format: 'esm', target: 'es2022' } as const;
    const { outputFiles, metafile } = await build({ ...bundle, entryPoints, write: false, metafile: true });
    const ofPackages = Object.keys(metafile.inputs).filter((input) => input.includes('packages/'));
    expect(ofPackages).toContainEqual(expect.stringMatching(/packages\/browser\/dist\/index\.js$/));
    expect(ofPackages.filter((input) => !/packages\/\w+\/dist\//.test(input))).toEqual([]);
    return outputFiles[0]?.text ?? '';
  };
  const scene = {
    script,
    handler: async (connection: NodeConnection) => {
      closed = connection.closed;
      for (const payload of payloads()) connection.send(payload);
      const expected = payloads();
      for await (const message of connection) arrived.push(same(message, expected[arrived.length]));
    },
    options: { maxMessageSize: 8 * 1024 * 1024, maxSendQueue: 64 * 1024 * 1024, subprotocols: ['payloads'] },
  };
  await inPage(browser, scene, async (page, port) => {
    expect(await page.evaluate("converse('/everything')")).toEqual({
      received: payloads().length,
      waited: true,
      subprotocol: 'payloads',
      url: `ws://127.0.0.1:${port}/everything`,
      code: 3001,
      clean: true,
    });
    expect(await closed).toMatchObject({
      clean: true,
      received: { code: 3001, reason: 'fin 👋' },
      receivedFirst: true,
    });
    expect(arrived).toEqual(payloads().map(() => true));
  });
});
