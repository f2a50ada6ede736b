import { type CloseStatus, type EndingCode, ProtocolError, VIOLATIONS, type ViolationCode } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { CLOSE_CAUSES, type CloseCause, closeCause } from '../src/close-cause.ts';
import { closureOf, type Outcome } from '../src/closure.ts';

const status = (code: number): CloseStatus => ({ code, reason: '' });
const causeOf = (outcome: Outcome): CloseCause => closeCause(closureOf(outcome));
/** The causes some test here has seen. */
const seen = new Set<CloseCause>();
function expectCause(outcome: Outcome, cause: CloseCause): void {
  expect(causeOf(outcome)).toBe(cause);
  seen.add(cause);
}

describe('closeCause', () => {
  // A code that is missing here does not compile.
  const byCode: Readonly<Record<EndingCode, CloseCause>> = {
    CLOSED: 'closed-here',
    LOST: 'lost',
    VIOLATED: 'protocol-error',
    PONG_TIMEOUT: 'keepalive',
    CLOSE_TIMEOUT: 'close-timeout',
    SLOW_CONSUMER: 'slow-consumer',
    QUEUE_OVERFLOW: 'queue-overflow',
    LISTENER_FAILED: 'listener-failed',
    STREAM_FAILED: 'stream-failed',
    TERMINATED: 'terminated',
  };

  it.each(Object.entries(byCode) as [EndingCode, CloseCause][])('knows the ending %s', (ending, cause) => {
    expectCause(ending === 'CLOSED' ? { ending, sent: status(1000), clean: true } : { ending }, cause);
  });

  it.each(Object.keys(VIOLATIONS) as ViolationCode[])('tells a limit from a broken rule: %s', (code) => {
    const isLimit = [1008, 1009].includes(VIOLATIONS[code].closeCode);
    expectCause({ ending: 'VIOLATED', cause: new ProtocolError(code) }, isLimit ? 'limit' : 'protocol-error');
  });

  it.each([
    [1000, 'peer-closed'],
    [1005, 'peer-closed'],
    [3000, 'peer-closed'],
    [4999, 'peer-closed'],
    [1001, 'peer-going-away'],
    [1012, 'peer-going-away'],
    [1013, 'peer-going-away'],
    [1002, 'peer-failed'],
    [1003, 'peer-failed'],
    [1007, 'peer-failed'],
    [1008, 'peer-failed'],
    [1009, 'peer-failed'],
    [1010, 'peer-failed'],
    [1011, 'peer-failed'],
    [1014, 'peer-failed'],
  ] as const)('goes by the code of a peer that closed first: %i', (code, cause) => {
    expectCause({ received: status(code), sent: status(code), receivedFirst: true }, cause);
    // The answer did not get through, or, in a browser, is not told.
    expectCause({ received: status(code) }, cause);
    expectCause({ received: status(code), clean: true, ending: 'CLOSED' }, cause);
  });

  it.each([
    [1000, 'closed-here'],
    [3000, 'closed-here'],
    [4000, 'closed-here'],
    [1001, 'going-away'],
    [1011, 'handler-failed'],
  ] as const)('goes by our own code where we closed first: %i, answered or not', (code, cause) => {
    expectCause({ received: status(1000), sent: status(code), receivedFirst: false }, cause);
    expectCause({ received: status(1008), sent: status(code), receivedFirst: false }, cause);
    expectCause({ sent: status(code) }, cause);
    expectCause({ sent: status(code), cause: new Error('ECONNRESET') }, cause);
  });

  it('knows who was still there when a closing server had no more time', () => {
    expectCause({ ending: 'TERMINATED', sent: status(1001) }, 'shutdown-forced');
    expectCause({ ending: 'TERMINATED', sent: status(1000) }, 'terminated');
  });

  it('takes nothing for a limit that only looks like an error', () => {
    expectCause({ ending: 'VIOLATED', cause: undefined }, 'protocol-error');
    expectCause({ ending: 'VIOLATED', cause: null }, 'protocol-error');
  });

  it('has no word that never comes', () => {
    expect([...seen].sort()).toEqual([...CLOSE_CAUSES].sort());
  });
});
