// Runs in Node before the browser tests: starts the server their pages connect to.

import type { TestProject } from 'vitest/node';
import { startContractServer } from './contract-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the contract server. */
    contractServer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startContractServer();
  project.provide('contractServer', server.url);
  return server.close;
}
