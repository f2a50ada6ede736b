// The contract of `Connection` as tests: the same for every shell, so that code written against one runs on all.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { turn } from '../turn.ts';
import { describeClosing } from './closing.ts';
import { describeConsuming } from './consuming.ts';
import { contractTest } from './contract-test.ts';
import { describeEnding } from './ending.ts';
import { describeFlow } from './flow.ts';
import type { ContractHarness } from './harness.ts';
import { describeListening } from './listening.ts';
import { describeMessages } from './messages.ts';
import { describeReceivingStreams } from './receiving-streams.ts';
import { watchRejections } from './rejections.ts';
import { describeSendingStreams } from './sending-streams.ts';

/** Runs the contract suite against a shell. Call it at the top of a test file. */
export function describeConnectionContract(name: string, harness: ContractHarness): void {
  describe(`${name} keeps the Connection contract`, () => {
    const rejections = watchRejections();
    beforeAll(() => rejections.start());
    afterAll(() => rejections.stop());
    afterEach(async () => {
      await turn();
      expect(rejections.seen, 'promises that were rejected and that nobody handles').toEqual([]);
    });

    const test = contractTest(harness);
    describe('what it is', () => {
      test('says what was opened and agreed on', async ({ connection, url, subprotocol }) => {
        expect(connection.url).toBe(url);
        expect(connection.subprotocol).toBe(subprotocol);
        expect(connection.state).toBe('open');
        expect(connection.bufferedAmount).toBe(0);
      });
    });
    describe('messages', () => describeMessages(test, harness));
    describe('the loop', () => describeConsuming(test));
    describe('the listener', () => describeListening(test, harness));
    describe('flow', () => describeFlow(test, harness));
    describe('sending streams', () => describeSendingStreams(test, harness));
    describe('receiving streams', () => describeReceivingStreams(test, harness));
    describe('closing', () => describeClosing(test, harness));
    describe('the end', () => describeEnding(test, harness));

    it('rejects no promise that nobody handles', () => {
      // Looked at after every test; here so that the rule has a name in the report.
      expect(rejections.seen).toEqual([]);
    });
  });
}
