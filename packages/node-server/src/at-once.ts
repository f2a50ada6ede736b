// Which of the application's functions may take their time, and which must not. A promise in place of a boolean would look like yes.

import { UsageError } from '@framewire/protocol';

/** Whether the value is a promise, or something like one. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * What a function has returned, unless that is a promise.
 *
 * @param name the option's, for the error
 * @throws UsageError INVALID_OPTION
 */
export function atOnce<T>(name: string, value: T): T {
  if (!isPromise(value)) return value;
  value.then(undefined, nothing);
  throw new UsageError(
    'INVALID_OPTION',
    `${name} must answer at once, not with a promise: use authorize for what takes time.`,
  );
}

function nothing(): void {
  // The caller is told of the promise itself; what has become of it does not matter any more.
}
