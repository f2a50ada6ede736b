import { describeConnectionContract } from '@framewire/testing/contract';
import { afterAll, beforeAll } from 'vitest';
import { nativeHarness, probedHarness } from './contract-harness.ts';
import { type ContractServer, startContractServer } from './contract-server.ts';

let server: ContractServer;

beforeAll(async () => {
  server = await startContractServer();
});

afterAll(() => server.close());

describeConnectionContract(
  "A connection over Node's WebSocket",
  // Node 24 has undici 7, which decodes text with a TextDecoder that drops the mark.
  nativeHarness(() => server.url, true),
);

describeConnectionContract(
  "A connection with a probe over Node's WebSocket",
  probedHarness(() => server.url, true),
);
