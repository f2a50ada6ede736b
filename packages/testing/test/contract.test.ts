import { describeConnectionContract } from '../src/contract.ts';
import { memoryHarness } from './memory-harness.ts';

describeConnectionContract('a connection in memory', memoryHarness(false));
describeConnectionContract('a connection in memory that behaves as in a browser', memoryHarness(true));
