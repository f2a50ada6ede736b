/// <reference path="./server.global-setup.ts" />
import { describeConnectionContract } from '@framewire/testing/contract';
import { inject } from 'vitest';
import { nativeHarness } from './contract-harness.ts';

describeConnectionContract(
  'A connection in a browser',
  nativeHarness(() => inject('contractServer')),
);
