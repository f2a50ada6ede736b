// The contract suite, for whoever makes a Connection: `@framewire/testing/contract`. Needs vitest.

export type { ContractHarness, ContractPeer, ContractSession } from './contract/harness.ts';
export { describeConnectionContract } from './contract/suite.ts';
