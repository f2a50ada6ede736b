// Which zlib streams are alive: each that is made while it watches, until it is closed.

import { syncBuiltinESMExports } from 'node:module';
import zlib, { type InflateRaw } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** Watches until the test is over. */
export function watchInflaters(): { readonly made: readonly InflateRaw[]; open(): number } {
  const { createInflateRaw } = zlib;
  const made: InflateRaw[] = [];
  replace((options) => {
    const stream = createInflateRaw(options);
    made.push(stream);
    return stream;
  });
  onTestFinished(() => replace(createInflateRaw));
  return { made, open: () => made.filter(({ destroyed }) => !destroyed).length };
}

function replace(value: typeof zlib.createInflateRaw): void {
  Object.defineProperty(zlib, 'createInflateRaw', { value, configurable: true, enumerable: true });
  syncBuiltinESMExports();
}
