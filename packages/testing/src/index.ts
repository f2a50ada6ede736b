// Tools for testing what speaks WebSocket. The contract suite has an entry of its own: `@framewire/testing/contract`.

export {
  bytewise,
  type Chunking,
  chunkings,
  coalesced,
  everySplit,
  fixedSize,
  randomSizes,
} from './chunk-splitters.ts';
export { FakeClock } from './fake-clock.ts';
export { type MemoryPair, type MemoryPairOptions, memoryPair } from './memory-pair.ts';
export { SeededRandom } from './seeded-random.ts';
