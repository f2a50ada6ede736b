import { ConnectionClosedError } from '@framewire/protocol';
import { describe, expect, it, vi } from 'vitest';
import { Pings } from '../src/pings.ts';

const closed = (): ConnectionClosedError => new ConnectionClosedError('LOST');

describe('Pings', () => {
  it('measures the time from a Ping to its Pong', async () => {
    const pings = new Pings();
    const { payload, roundTrip } = pings.start(100, undefined);
    expect(pings.roundTripTime).toBe(undefined);
    expect(pings.answered(payload, 130)).toBe(true);
    expect(await roundTrip).toBe(30);
    expect(pings.roundTripTime).toBe(30);
  });

  it('gives every Ping a payload of its own', () => {
    const pings = new Pings();
    const payloads = [pings.begin(0), pings.start(0, undefined).payload, pings.begin(0)].map(String);
    expect(new Set(payloads).size).toBe(3);
  });

  it('takes a Pong for a later Ping as the answer to the earlier ones', async () => {
    const pings = new Pings();
    const first = pings.start(0, undefined);
    const second = pings.start(10, undefined);
    const third = pings.start(20, undefined);
    expect(pings.answered(second.payload, 50)).toBe(true);
    expect(await Promise.all([first.roundTrip, second.roundTrip])).toEqual([50, 40]);
    expect(pings.roundTripTime).toBe(40);
    expect(pings.answered(first.payload, 60)).toBe(false);
    expect(pings.answered(third.payload, 70)).toBe(true);
    expect(await third.roundTrip).toBe(50);
  });

  it('measures probes, too, and lets their answer stand for earlier waits', async () => {
    const pings = new Pings();
    const { roundTrip } = pings.start(0, undefined);
    const probe = pings.begin(5);
    expect(pings.answered(probe, 12)).toBe(true);
    expect(await roundTrip).toBe(12);
    expect(pings.roundTripTime).toBe(7);
  });

  it('measures to the microsecond, whatever the time of day, and also what takes longer than it can tell', async () => {
    const pings = new Pings();
    for (const sentAt of [0, 2 ** 31 / 1000 - 0.001, 2 ** 31 / 1000, 86_400_000.1234, 1e12]) {
      const probe = pings.begin(sentAt);
      pings.answered(probe, sentAt + 0.25);
      expect(pings.roundTripTime).toBeCloseTo(0.25, 2);
      expect(Number.isInteger(Math.round((pings.roundTripTime ?? 0) * 1e6) / 1000)).toBe(true);
    }
    const hour = pings.start(0, undefined);
    pings.answered(hour.payload, 3_600_000);
    expect(await hour.roundTrip).toBe(3_600_000);
    expect(pings.roundTripTime).toBe((2 ** 31 - 1) / 1000);
  });

  it('knows the answers to many probes that came at once, and takes each only once', () => {
    const pings = new Pings();
    const probes = Array.from({ length: 500 }, (_, i) => pings.begin(i));
    expect(probes.map((probe) => pings.answered(probe, 1000))).toEqual(probes.map(() => true));
    expect(pings.answered(probes[499] as Uint8Array, 1000)).toBe(false);
    expect(pings.roundTripTime).toBe(1000 - 499);
  });

  it('knows a Pong that answers nothing', () => {
    const pings = new Pings();
    pings.begin(0);
    for (const payload of [[], [1], [0, 0, 0, 0], [0, 0, 0, 2], [0, 0, 0, 0, 1], [255, 255, 255, 255]]) {
      expect(pings.answered(Uint8Array.from(payload), 1)).toBe(false);
    }
    expect(pings.roundTripTime).toBe(undefined);
  });

  it('reads a payload that lies in a larger buffer', async () => {
    const pings = new Pings();
    const { payload, roundTrip } = pings.start(0, undefined);
    const buffer = Uint8Array.of(9, 9, ...payload, 9);
    expect(pings.answered(buffer.subarray(2, 6), 3)).toBe(true);
    expect(await roundTrip).toBe(3);
  });

  it('ends one wait when its signal is aborted, and still knows the answer', async () => {
    const pings = new Pings();
    const controller = new AbortController();
    const aborted = pings.start(0, controller.signal);
    const other = pings.start(0, undefined);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(aborted.roundTrip).rejects.toBe(reason);
    expect(pings.answered(aborted.payload, 5)).toBe(true);
    expect(pings.answered(other.payload, 6)).toBe(true);
    expect(await other.roundTrip).toBe(6);
  });

  it('lets go of a signal when its wait is over', async () => {
    const pings = new Pings();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const answered = pings.start(0, signal);
    pings.answered(answered.payload, 1);
    await answered.roundTrip;
    const ended = pings.start(0, signal);
    pings.end(closed);
    await expect(ended.roundTrip).rejects.toThrow(ConnectionClosedError);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
    expect(added).toHaveBeenCalledTimes(2);
  });

  it('rejects every wait with an error of its own when the connection ends', async () => {
    const pings = new Pings();
    const waits = [pings.start(0, undefined), pings.start(0, undefined)];
    pings.end(closed);
    const errors = await Promise.all(waits.map(({ roundTrip }) => roundTrip.catch((error: unknown) => error)));
    expect(errors).toEqual([expect.any(ConnectionClosedError), expect.any(ConnectionClosedError)]);
    expect(errors[0]).not.toBe(errors[1]);
  });
});
