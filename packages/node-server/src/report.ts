// Where errors of the application's own code go: to its onError, else to the process's warnings. Never nowhere, and never into a crash.

import { inspect } from 'node:util';

/** Hears what went wrong on this side: what a handler, `authorize`, a policy function or a listener threw, or a failure to accept. */
export type ErrorListener = (error: unknown) => void;

/** Calls the listener, and prints what it throws. */
export function report(error: unknown, listener: ErrorListener): void {
  try {
    const result: unknown = listener(error);
    if (result instanceof Promise) result.catch(warn);
  } catch (thrown) {
    warn(thrown);
  }
}

/** Prints the error with its stack to stderr, as the process's warnings are; `process.on('warning')` hears it, too. */
export function warn(error: unknown): void {
  const [message, stack] = describe(error);
  process.emitWarning(`A WebSocket server met an error: ${message}`, {
    type: 'FramewireWarning',
    ...(stack !== undefined && { detail: stack }),
  });
}

/** Anything can be thrown, and not everything can become a string. */
function describe(error: unknown): [message: string, stack?: string | undefined] {
  try {
    if (error instanceof Error) return [error.message, error.stack];
    return [typeof error === 'string' ? error : inspect(error)];
  } catch {
    return ['one that cannot be shown.'];
  }
}
