import { expect, it } from 'vitest';
import { clientHandshakeCase, framesCase, serverHandshakeCase } from '../src/case.ts';

const FACTS = { id: '1.1.1', title: 'A title', expectation: 'It passes.', rfc: '6455 1', run: async () => {} };

it('a case knows which endpoint it judges', () => {
  expect(framesCase(FACTS)).toMatchObject({ kind: 'frames', endpoint: 'both' });
  expect(framesCase({ ...FACTS, endpoint: 'client' })).toMatchObject({ kind: 'frames', endpoint: 'client' });
  expect(serverHandshakeCase(FACTS)).toMatchObject({ kind: 'server-handshake', endpoint: 'server' });
  expect(clientHandshakeCase(FACTS)).toMatchObject({ kind: 'client-handshake', endpoint: 'client' });
});
