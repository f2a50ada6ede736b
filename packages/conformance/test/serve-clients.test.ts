import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../node-server/test/support/self-signed.ts';
import { framesCase, serverHandshakeCase } from '../src/case.ts';
import type { Report } from '../src/report.ts';
import { type ServeClientsOptions, serveClients } from '../src/serve-clients.ts';
import { told, visit, walk } from './support/echo-client.ts';
import { sectionCases } from './support/judge.ts';

const FACTS = { id: '0.1', title: 'A case', expectation: 'It passes.', rfc: '6455 1' };

async function withTester(
  options: ServeClientsOptions,
  run: (url: string, report: Promise<Report>) => Promise<void>,
): Promise<void> {
  const tester = await serveClients({ timeout: 300, ...options });
  try {
    await run(tester.url, tester.firstReport);
    await tester.drained();
  } finally {
    await tester.close();
  }
}

/** What a plain HTTP request is answered. */
async function requested(url: string, request: string): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  socket.end(request);
  return text(socket);
}

describe('serveClients', () => {
  it('walks a client through the cases one after the other', () =>
    withTester({ cases: sectionCases('2') }, async (url, report) => {
      expect(await told(`${url}/count`)).toBe('11');
      expect(JSON.parse(await told(`${url}/cases`))).toEqual(sectionCases('2').map(({ id }) => id));
      await walk(url, 'one');
      expect(await report).toMatchObject({ agent: 'one', endpoint: 'client', totals: { pass: 11, fail: 0 } });
    }));

  it('lets a client run several at a time, and waits for them before it reports', () =>
    withTester({ cases: sectionCases('3'), agent: 'named here' }, async (url, report) => {
      const visits = sectionCases('3').map((_, index) => visit(`${url}/case/${index + 1}`));
      await visit(`${url}/case/1`);
      await visit(`${url}/report`);
      await Promise.all(visits);
      expect(await report).toMatchObject({ agent: 'named here', totals: { pass: 7 } });
    }));

  it('keeps the runs of two clients apart', async () => {
    const reports: Report[] = [];
    await withTester({ cases: sectionCases('10'), onReport: (report) => reports.push(report) }, async (url) => {
      await visit(`${url}/case/1?agent=good`);
      await visit(`${url}/case/1?agent=bad`, { faults: ['echoes changed'] });
      await visit(`${url}/report?agent=bad`);
      await visit(`${url}/report?agent=good`);
    });
    expect(reports.map(({ agent, totals }) => [agent, totals.pass, totals.fail])).toEqual([
      ['bad', 0, 1],
      ['good', 1, 0],
    ]);
  });

  it('replaces a result when a case is asked for again', () =>
    withTester({ cases: sectionCases('10') }, async (url, report) => {
      await visit(`${url}/case/1`, { faults: ['echoes twice'] });
      await walk(url, 'client');
      expect((await report).totals).toMatchObject({ pass: 1, fail: 0 });
    }));

  it('fails what a client never asked for', () =>
    withTester({ cases: sectionCases('10') }, async (url, report) => {
      await visit(`${url}/report?agent=lazy`);
      expect((await report).cases).toEqual([
        {
          id: '10.1.1',
          outcome: 'fail',
          milliseconds: 0,
          failure: 'Expected the client to ask for this case, and it never did.',
        },
      ]);
    }));

  it('leaves out cases that judge a server, and counts declined extensions as failures where they are required', () =>
    withTester(
      {
        requireDeflate: true,
        cases: [
          serverHandshakeCase({ ...FACTS, run: async () => {} }),
          framesCase({ ...FACTS, id: '0.2', deflate: { offers: [{}], answers: [{}] }, run: (peer) => peer.finish() }),
        ],
      },
      async (url, report) => {
        await walk(url, 'plain');
        expect((await report).cases).toMatchObject([{ id: '0.2', outcome: 'fail' }]);
      },
    ));

  it('tells a stranger where to go', () =>
    withTester({ cases: sectionCases('10') }, async (url) => {
      expect(await requested(url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
        /^HTTP\/1\.1 404 Not Found\r\n.*\r\n\r\nAsk for \/count, \/cases, \/case\/1 to \/case\/1, or \/report\.\n$/s,
      );
      expect(await requested(url, 'GET /case/2 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
      expect(await requested(url, 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*This is no HTTP\/1\.1 request\.\n$/s);
    }));

  it('outlives a client that goes away before it has asked', () =>
    withTester({ cases: sectionCases('10') }, async (url, report) => {
      expect(await requested(url, 'GET')).toBe('');
      expect(await requested(url, 'GET /count HTTP/1.1\r\n\r\n')).toBe('');
      await walk(url, 'later');
      expect((await report).totals.pass).toBe(1);
    }));

  it('tests clients over TLS', () =>
    withTester({ cases: sectionCases('10'), tls: selfSigned() }, async (url, report) => {
      expect(url).toMatch(/^wss:/);
      await walk(url, 'secure');
      expect((await report).totals.pass).toBe(1);
    }));

  it('rejects when the port is taken, and ends what is open when it is closed', async () => {
    const tester = await serveClients();
    const port = Number(new URL(tester.url).port);
    await expect(serveClients({ port })).rejects.toThrow('EADDRINUSE');
    const socket = connect({ port, host: '127.0.0.1' });
    await new Promise((resolve) => socket.once('connect', resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all([tester.close(), text(socket).catch(() => '')]);
  });
});
