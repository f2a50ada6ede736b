import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../node-server/test/support/self-signed.ts';
import { clientHandshakeCase, framesCase } from '../src/case.ts';
import { runServer } from '../src/run-server.ts';
import { VERSION } from '../src/version.ts';
import { startEchoServer } from './support/echo-server.ts';
import { reportOnServer, sectionCases } from './support/judge.ts';

const FACTS = { id: '0.1', title: 'A case', expectation: 'It passes.', rfc: '6455 1' };

describe('runServer', () => {
  it('reports on every case in the order of the catalogue, however they ended', async () => {
    const ended: string[] = [];
    const cases = sectionCases('3');
    const report = await reportOnServer(
      cases,
      {},
      { agent: 'echo', onResult: ({ id }, done, total) => ended.push(`${id} ${done}/${total}`) },
    );
    expect(report).toMatchObject({
      agent: 'echo',
      endpoint: 'server',
      testerVersion: VERSION,
      totals: { pass: 7, fail: 0, 'not supported': 0 },
    });
    expect(report.cases.map(({ id }) => id)).toEqual(cases.map(({ id }) => id));
    expect(ended.map((line) => line.split(' ')[1])).toEqual(['1/7', '2/7', '3/7', '4/7', '5/7', '6/7', '7/7']);
    expect(new Date(report.started).getTime()).toBeGreaterThan(0);
  });

  it('runs as many connections at a time as it may, and few of the heavy ones', async () => {
    let open = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open--;
    };
    const light = Array.from({ length: 8 }, (_, index) => framesCase({ ...FACTS, id: `0.${index}`, run }));
    await reportOnServer(light, {}, { concurrency: 4 });
    expect(most).toBe(4);
    most = 0;
    await reportOnServer(
      light.map((one) => ({ ...one, heavy: true })),
      {},
      { concurrency: 4 },
    );
    expect(most).toBe(2);
  });

  it('gives a case the time it asks for, and hands on how many messages to send', async () => {
    const waiting = framesCase({
      ...FACTS,
      timeout: 10_000,
      run: async (peer) => {
        expect(peer.messages).toBe(7);
        await new Promise((resolve) => setTimeout(resolve, 30));
        await peer.finish();
      },
    });
    const report = await reportOnServer([waiting], {}, { timeout: 20, messages: 7 });
    expect(report.totals.pass).toBe(1);
  });

  it('counts a declined extension as a failure where it is required', async () => {
    const one = framesCase({ ...FACTS, deflate: { offers: [{}], answers: [{}] }, run: (peer) => peer.finish() });
    expect((await reportOnServer([one])).totals).toMatchObject({ fail: 0, 'not supported': 1 });
    expect((await reportOnServer([one], {}, { requireDeflate: true })).totals).toMatchObject({
      fail: 1,
      'not supported': 0,
    });
  });

  it('leaves out cases that judge a client', async () => {
    const one = clientHandshakeCase({ ...FACTS, run: async () => {} });
    expect((await reportOnServer([one])).cases).toEqual([]);
  });

  it('tests a server over TLS, whose certificate it checks unless told otherwise', async () => {
    const server = await startEchoServer({ tls: selfSigned() });
    const options = { cases: sectionCases('10'), timeout: 2000 };
    await expect(runServer(server.url, options)).rejects.toThrow(/self.signed/);
    expect((await runServer(server.url, { ...options, insecure: true })).totals.pass).toBe(1);
    await server.close();
  });

  it('rejects when nothing listens, or the URL is of another kind', async () => {
    const server = await startEchoServer();
    await server.close();
    await expect(runServer(server.url)).rejects.toThrow('ECONNREFUSED');
    await expect(runServer('http://127.0.0.1/')).rejects.toThrow('The URL must begin with ws: or wss:, not http:');
  });
});
