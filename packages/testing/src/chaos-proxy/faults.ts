// What may be wrong with one direction of a connection. Each fault has its neighbour among the toxics of Toxiproxy, named beside it.

import { UsageError } from '@framewire/protocol';

/** From `min` to `max`, both included; each time another number, by the seed. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Sizes of pieces in bytes, 1 and up. */
export interface SplitFault extends Range {
  /** Milliseconds between two pieces. Default 0: each is written in a turn of its own. */
  readonly gap?: number;
}

/** When what waits is written together. */
export interface JoinFault {
  /** Milliseconds the first byte waits for company, at most. */
  readonly within: number;
  /** Bytes that are enough to be written before that, 1 and up. Default 65,536. */
  readonly bytes?: number;
}

/** How far it goes well. */
export interface LimitFault {
  /** Bytes that are passed on in this direction, counted from when the fault was set; 1 and up. */
  readonly bytes: number | Range;
  /** What becomes of the whole connection then: both sides are reset, or both are ended, or nothing passes any more. */
  readonly action: 'cut' | 'end' | 'stall';
}

/** What is wrong with one direction. What is absent is right. */
export interface Faults {
  /** Milliseconds each segment is under way; the order is kept, so one may wait for another. (latency) */
  readonly delay?: number | Range;
  /** Segments are cut into pieces of so many bytes. The receiver may still read several at once if it is slow. (slicer) */
  readonly split?: number | SplitFault;
  /** Segments are put together. */
  readonly join?: JoinFault;
  /** Bytes a second, above 0. (bandwidth) */
  readonly rate?: number;
  /** Milliseconds by which the end of the stream, its FIN, comes later. (slow_close) */
  readonly endDelay?: number;
  /** After so many bytes something happens. (limit_data, reset_peer, timeout) */
  readonly limit?: LimitFault;
}

/** {@link Faults} after the check. */
export interface SettledFaults {
  readonly delay: Range;
  readonly split: Required<SplitFault> | undefined;
  readonly join: Required<JoinFault> | undefined;
  readonly rate: number;
  readonly endDelay: number;
  readonly limit: { readonly bytes: Range; readonly action: LimitFault['action'] } | undefined;
}

/** The names of a {@link Range}. */
const RANGE: readonly string[] = ['max', 'min'];
/** The longest delay of a timer. */
const LONGEST = 2 ** 31 - 1;

/**
 * @param name of the option that holds them
 * @throws UsageError INVALID_OPTION, naming what is out of range
 */
export function settleFaults(name: string, faults: Faults): SettledFaults {
  if (typeof faults !== 'object' || faults === null) {
    throw new UsageError('INVALID_OPTION', `${name} must be an object with faults, not ${String(faults)}.`);
  }
  checkNames(`${name} has no fault`, faults, ['delay', 'endDelay', 'join', 'limit', 'rate', 'split']);
  const { delay = 0, split, join, rate = Number.POSITIVE_INFINITY, endDelay = 0, limit } = faults;
  if (!(typeof rate === 'number' && rate > 0)) {
    throw new UsageError('INVALID_OPTION', `${name}.rate must be a number of bytes above 0, not ${String(rate)}.`);
  }
  return {
    delay: range(`${name}.delay`, delay, 0),
    split: split === undefined ? undefined : settleSplit(`${name}.split`, split),
    join: join === undefined ? undefined : settleJoin(`${name}.join`, join),
    rate,
    endDelay: time(`${name}.endDelay`, endDelay),
    limit: limit === undefined ? undefined : settleLimit(`${name}.limit`, limit),
  };
}

/**
 * A fault of another name would be ignored, and the test that relies on it would pass for nothing.
 *
 * @param problem the message up to the name
 * @throws UsageError INVALID_OPTION, naming what there is not, and what there is
 */
export function checkNames(problem: string, options: unknown, names: readonly string[]): void {
  // What else it must be is checked where it is used.
  if (typeof options !== 'object' || options === null) return;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue;
    throw new UsageError('INVALID_OPTION', `${problem} ${name}. It has ${names.join(', ')}.`);
  }
}

function settleSplit(name: string, split: number | SplitFault): Required<SplitFault> {
  if (typeof split === 'number') return { ...sizes(name, split), gap: 0 };
  const { gap = 0, ...pieces } = Object(split) as SplitFault;
  checkNames(`${name} has no`, pieces, ['gap', ...RANGE]);
  return { ...sizes(name, pieces), gap: time(`${name}.gap`, gap) };
}

function settleJoin(name: string, join: JoinFault): Required<JoinFault> {
  checkNames(`${name} has no`, join, ['bytes', 'within']);
  const { within, bytes = 65_536 } = Object(join) as JoinFault;
  return { within: time(`${name}.within`, within), bytes: sizes(`${name}.bytes`, bytes).max };
}

function settleLimit(name: string, limit: LimitFault): NonNullable<SettledFaults['limit']> {
  checkNames(`${name} has no`, limit, ['action', 'bytes']);
  const { bytes, action } = Object(limit) as LimitFault;
  if (action !== 'cut' && action !== 'end' && action !== 'stall') {
    throw new UsageError('INVALID_OPTION', `${name}.action must be 'cut', 'end' or 'stall', not ${String(action)}.`);
  }
  return { bytes: sizes(`${name}.bytes`, bytes), action };
}

function time(name: string, value: number): number {
  return range(name, value, 0).max;
}

function sizes(name: string, value: number | Range): Range {
  const settled = range(name, value, 1);
  if (Number.isInteger(settled.min) && Number.isInteger(settled.max)) return settled;
  throw new UsageError('INVALID_OPTION', `${name} must be a whole number of bytes.`);
}

function range(name: string, value: number | Range, least: number): Range {
  if (typeof value !== 'number') checkNames(`${name} has no`, value, RANGE);
  const { min, max } = typeof value === 'number' ? { min: value, max: value } : (Object(value) as Range);
  if (typeof min === 'number' && typeof max === 'number' && min >= least && max >= min && max <= LONGEST) {
    return { min, max };
  }
  const told = typeof value === 'number' ? String(value) : `min ${String(min)} and max ${String(max)}`;
  throw new UsageError(
    'INVALID_OPTION',
    `${name} must be a number from ${least} to ${LONGEST}, or two as min and max, not ${told}.`,
  );
}
