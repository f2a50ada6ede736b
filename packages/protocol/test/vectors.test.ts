import { expect, it } from 'vitest';
import * as protocol from '../src/index.ts';
import { brokenCompressed, validCompressed } from './vectors/frames-compressed.ts';
import { rsv1Frames } from './vectors/frames-rsv1.ts';
import { validFrames } from './vectors/frames-valid.ts';
import { brokenFrames } from './vectors/frames-violations.ts';
import { type Report, replay } from './vectors/replay.ts';
import { replaySentFrames } from './vectors/replay-frames.ts';
import { illFormedCases, wellFormedCases } from './vectors/utf8-cases.ts';

/** Violations that only another room can see. */
const OWNED_ELSEWHERE: readonly string[] = [
  'TOO_MANY_CONTROL_FRAMES', // node-transport, which has a clock
];

/** How many cases sections 1 to 7 of the conformance suite have under each number. */
const CASES: Readonly<Record<string, number>> = {
  ...{ '1.1': 8, '1.2': 8, '2': 11, '3': 7, '4.1': 5, '4.2': 5, '5': 20 },
  ...{
    '6.1': 3,
    '6.2': 4,
    '6.3': 2,
    '6.4': 4,
    '6.5': 5,
    '6.6': 11,
    '6.7': 4,
    '6.8': 2,
    '6.9': 4,
    '6.10': 3,
    '6.11': 5,
  },
  ...{ '6.12': 8, '6.13': 5, '6.14': 10, '6.15': 1, '6.16': 3, '6.17': 5, '6.18': 5, '6.19': 5, '6.20': 7, '6.21': 8 },
  ...{ '6.22': 34, '6.23': 7, '7.1': 6, '7.3': 6, '7.5': 1, '7.7': 13, '7.9': 9, '7.13': 2 },
};

const failures: string[] = [];
const names = new Set<string>();
const failed = replay(protocol, (name, ok, detail) => {
  names.add(name);
  if (!ok) failures.push(`${name}: ${detail}`);
});

it('holds for every vector, however its bytes are cut', () => {
  expect(failures).toEqual([]);
  expect(failed).toBe(0);
  expect(names.size).toBeGreaterThan(1500);
});

it('has a vector for each case of sections 1 to 7 of the conformance suite', () => {
  const ids = Object.entries(CASES).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
  );
  expect(ids).toHaveLength(246);
  const vectors = [...validFrames, ...brokenFrames, ...wellFormedCases, ...illFormedCases];
  expect(new Set(vectors.flatMap(({ cases = [] }) => cases))).toEqual(new Set(ids));
});

it('counts and reports what fails', () => {
  const reports: string[] = [];
  const broken = { ...protocol, encodeMessage: () => new Uint8Array(1) };
  const report: Report = (name, ok, detail) => {
    if (!ok) reports.push(`${name}: ${detail}`);
  };
  // One suite is enough: all of them, each failing by an error, take ten seconds of a slow machine.
  const count = replay(broken, report, [replaySentFrames]);
  expect(count).toBe(reports.length);
  expect(reports[0]).toBe('RFC 6455 5.7: Hello (sent): by encodeMessage: "00" instead of "810548656c6c6f"');
});

it('has a vector for each violation, with the close code of the table', () => {
  const closeCodes = new Map<string, number>();
  for (const { events } of [...brokenFrames, ...brokenCompressed]) {
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
  for (const { name, events } of [...brokenFrames, ...brokenCompressed]) {
    expect(events.at(-1)?.[0], name).toBe('failed');
  }
  for (const { name, events } of [...validFrames, ...validCompressed])
    expect(
      events.map(([kind]) => kind),
      name,
    ).not.toContain('failed');
});
