import { ConnectionClosedError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { DrainGate } from '../src/drain-gate.ts';

/** An AbortController that counts who listens to its signal. */
function countedAbort(): { controller: AbortController; listeners(): number } {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count--;
    remove(...args);
  };
  return { controller, listeners: () => count };
}

/** What became of a promise so far. */
async function fate(promise: Promise<unknown>): Promise<unknown> {
  const pending = Symbol('pending');
  const first = await Promise.race([promise.then(() => 'resolved'), Promise.resolve(pending)]).catch((e: unknown) => e);
  return first === pending ? 'pending' : first;
}

describe('DrainGate', () => {
  it('is open until more waits than the high-water mark', async () => {
    const gate = new DrainGate(10, 4);
    expect(gate.filled(10)).toBe(true);
    await expect(gate.wait()).resolves.toBe(undefined);
    expect(gate.filled(11)).toBe(false);
    expect(await fate(gate.wait())).toBe('pending');
  });

  it('opens at the low-water mark and not before', async () => {
    const gate = new DrainGate(10, 4);
    gate.filled(11);
    const wait = gate.wait();
    expect(gate.emptied(5)).toBe(false);
    expect(gate.filled(6)).toBe(false);
    expect(await fate(wait)).toBe('pending');
    expect(gate.emptied(4)).toBe(true);
    await expect(wait).resolves.toBe(undefined);
    expect(gate.filled(6)).toBe(true);
  });

  it('says once that it opened', () => {
    const gate = new DrainGate(10, 4);
    expect(gate.emptied(0)).toBe(false);
    gate.filled(11);
    expect(gate.emptied(0)).toBe(true);
    expect(gate.emptied(0)).toBe(false);
  });

  it('lets every waiter go', async () => {
    const gate = new DrainGate(0, 0);
    gate.filled(1);
    const waits = [gate.wait(), gate.wait(), gate.wait(new AbortController().signal)];
    gate.emptied(0);
    await expect(Promise.all(waits)).resolves.toEqual([undefined, undefined, undefined]);
  });

  it('rejects every wait, now and later, with an error of its own when the connection ends', async () => {
    const gate = new DrainGate(0, 0);
    gate.filled(1);
    const waits = [gate.wait(), gate.wait(new AbortController().signal)];
    gate.end(() => new ConnectionClosedError('LOST'));
    const errors = await Promise.all([...waits, gate.wait()].map((wait) => wait.catch((error: unknown) => error)));
    for (const error of errors) expect(error).toBeInstanceOf(ConnectionClosedError);
    expect(new Set(errors).size).toBe(3);
  });

  it('rejects a wait on an open gate, too, once the connection has ended', async () => {
    const gate = new DrainGate(10, 4);
    gate.end(() => new ConnectionClosedError('CLOSED'));
    await expect(gate.wait()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('does not open after the end', () => {
    const gate = new DrainGate(10, 4);
    gate.filled(11);
    gate.end(() => new ConnectionClosedError('CLOSED'));
    expect(gate.emptied(0)).toBe(false);
  });

  it('ends one wait, and only that, when its signal is aborted', async () => {
    const gate = new DrainGate(0, 0);
    gate.filled(1);
    const { controller, listeners } = countedAbort();
    const aborted = gate.wait(controller.signal);
    const other = gate.wait();
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    expect(await fate(other)).toBe('pending');
    expect(listeners()).toBe(0);
    gate.emptied(0);
    await expect(other).resolves.toBe(undefined);
  });

  it('rejects at once when the signal was aborted before, even on an open gate', async () => {
    await expect(new DrainGate(1, 0).wait(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  it('leaves no listener on the signal, however the wait ends', async () => {
    const { controller, listeners } = countedAbort();
    const opened = new DrainGate(0, 0);
    opened.filled(1);
    const wait = opened.wait(controller.signal);
    expect(listeners()).toBe(1);
    opened.emptied(0);
    await wait;
    expect(listeners()).toBe(0);

    const ended = new DrainGate(0, 0);
    ended.filled(1);
    const failing = ended.wait(controller.signal);
    ended.end(() => new ConnectionClosedError('LOST'));
    await expect(failing).rejects.toThrow(ConnectionClosedError);
    expect(listeners()).toBe(0);
  });

  it('lets a wait fail that nobody looks at', async () => {
    // vitest fails the run on an unhandled rejection.
    const gate = new DrainGate(0, 0);
    gate.filled(1);
    void gate.wait();
    gate.end(() => new ConnectionClosedError('LOST'));
    void gate.wait();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(gate.emptied(0)).toBe(false);
  });
});
