import { expect, it } from 'vitest';
import * as protocol from '../src/index.ts';
import { rsv1Frames } from './vectors/frames-rsv1.ts';
import { validFrames } from './vectors/frames-valid.ts';
import { brokenFrames } from './vectors/frames-violations.ts';
import { replay } from './vectors/replay.ts';

/** Violations that only another room can see. */
const OWNED_ELSEWHERE: readonly string[] = [
  'TOO_MANY_CONTROL_FRAMES', // node-transport, which has a clock
  'DEFLATE_INVALID', // permessage-deflate
];

const failures: string[] = [];
const names = new Set<string>();
const failed = replay(protocol, (name, ok, detail) => {
  names.add(name);
  if (!ok) failures.push(`${name}: ${detail}`);
});

it('holds for every vector, however its bytes are cut', () => {
  expect(failures).toEqual([]);
  expect(failed).toBe(0);
  expect(names.size).toBeGreaterThan(500);
});

it('counts and reports what fails', () => {
  const reports: string[] = [];
  const broken = { ...protocol, encodeMessage: () => new Uint8Array(1) };
  const count = replay(broken, (name, ok, detail) => {
    if (!ok) reports.push(`${name}: ${detail}`);
  });
  expect(count).toBe(reports.length);
  expect(reports[0]).toBe('RFC 6455 5.7: Hello (sent): by encodeMessage: "00" instead of "810548656c6c6f"');
});

it('has a vector for each violation, with the close code of the table', () => {
  const closeCodes = new Map<string, number>();
  for (const { events } of brokenFrames) {
    const last = events.at(-1);
    if (last?.[0] === 'failed') closeCodes.set(last[1], last[2]);
  }
  const atFrameLevel = rsv1Frames.map(({ violation }) => violation);
  for (const [code, { closeCode }] of Object.entries(protocol.VIOLATIONS)) {
    if (OWNED_ELSEWHERE.includes(code) || atFrameLevel.some((violation) => violation === code)) continue;
    expect(closeCodes.get(code), `the close code of ${code}`).toBe(closeCode);
  }
});

it('ends each broken vector with its violation, and no valid one', () => {
  for (const { name, events } of brokenFrames) expect(events.at(-1)?.[0], name).toBe('failed');
  for (const { name, events } of validFrames)
    expect(
      events.map(([kind]) => kind),
      name,
    ).not.toContain('failed');
});
