import { expect, it } from 'vitest';
import { CaseFailure, catalogue, framesCase, runServer, selectCases } from '../src/index.ts';
import { startEchoServer } from './support/echo-server.ts';

it('a user brings cases of their own beside those of the catalogue', async () => {
  const server = await startEchoServer();
  const own = framesCase({
    id: 'own.1',
    title: 'A greeting',
    expectation: 'The endpoint greets back.',
    rfc: '6455 1.2',
    async run(peer) {
      peer.text('Hello');
      const { payload } = await peer.expectMessage('a greeting');
      if (payload.toString() !== 'Hello to you')
        throw new CaseFailure(`Expected “Hello to you”, and received “${payload}”.`);
    },
  });
  const { cases } = await runServer(server.url, { cases: [own, ...selectCases(catalogue, { cases: ['10.1.1'] })] });
  await server.close();
  expect(cases).toMatchObject([
    { id: 'own.1', outcome: 'fail', failure: 'Expected “Hello to you”, and received “Hello”.' },
    { id: '10.1.1', outcome: 'pass' },
  ]);
});
