import { BufferSink, Endpoint, type EndpointHandler } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { Ending } from '../src/ending.ts';
import { LimitError } from '../src/limit-error.ts';
import { Wire } from './support/wire.ts';

const wire = new Wire('server');

const nobody: EndpointHandler = {
  text: () => {},
  binary: () => {},
  ping: () => {},
  pong: () => {},
  stateChanged: () => {},
  failed: () => {},
};

function setUp(): { endpoint: Endpoint; ending: Ending } {
  const endpoint = new Endpoint(nobody, new BufferSink(), { role: 'server' });
  return { endpoint, ending: new Ending(endpoint) };
}

describe('Ending', () => {
  it('tells of the first failure, whatever fails later', () => {
    const { ending } = setUp();
    const first = new Error('first');
    ending.fail('LISTENER_FAILED', first);
    ending.fail('VIOLATED', new Error('second'));
    ending.giveUp('CLOSE_TIMEOUT');
    expect(ending.settle().error).toMatchObject({ code: 'LISTENER_FAILED', cause: first });
  });

  it('blames nobody for giving up when both Close frames were exchanged', () => {
    const { endpoint, ending } = setUp();
    endpoint.receive(wire.close(1000));
    ending.giveUp('CLOSE_TIMEOUT');
    expect(ending.settle()).toMatchObject({ code: 1000, clean: true });
    expect(ending.code).toBeUndefined();
  });

  it('says which limit is behind giving up, unless something failed before', () => {
    const limit = new LimitError('closeTimeout', 5000, 'Too late.');
    const { ending } = setUp();
    ending.giveUp('CLOSE_TIMEOUT', limit);
    expect(ending.settle().error).toMatchObject({ code: 'CLOSE_TIMEOUT', cause: limit });
    const { ending: other } = setUp();
    const reset = new Error('reset');
    other.cause = reset;
    other.giveUp('PONG_TIMEOUT', limit);
    expect(other.settle().error).toMatchObject({ code: 'PONG_TIMEOUT', cause: reset });
  });

  it('says closed while the handshake runs, and lost when it will not end', () => {
    const { endpoint, ending } = setUp();
    endpoint.close(1000, '');
    expect(ending.error().code).toBe('CLOSED');
    ending.cause = new Error('reset');
    expect(ending.error().code).toBe('LOST');
  });

  it('resolves for those who asked before the end and for those who ask behind it', async () => {
    const { endpoint, ending } = setUp();
    const before = ending.closed;
    expect(ending.closed).toBe(before);
    endpoint.receiveEnd();
    const closure = ending.settle();
    ending.tell(closure);
    expect(await before).toBe(closure);
    const { ending: other } = setUp();
    const settled = other.settle();
    other.tell(settled);
    expect(await other.closed).toBe(settled);
  });
});
