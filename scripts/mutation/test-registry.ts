// As much of vitest's `describe` and `it` as the tests of a package need, so that they can be collected again and run one by one for every
// mutant, which takes milliseconds instead of a run of vitest. `expect` and `vi` are vitest's own.

import { format } from 'node:util';
import { expect, vi } from 'vitest';

export interface RegisteredTest {
  readonly name: string;
  readonly run: () => unknown;
}

type Body = (...values: unknown[]) => unknown;

/** What the tests get for `vitest`; each `describe` and `it` adds to `tests`. */
export function registry(tests: RegisteredTest[]): Record<string, unknown> {
  let path: readonly string[] = [];

  function describe(name: string, body: () => void): void {
    const outer = path;
    path = [...outer, name];
    body();
    path = outer;
  }

  function it(name: string, body: Body): void {
    tests.push({ name: [...path, name].join(' > '), run: () => body() });
  }

  return {
    describe: Object.assign(describe, { each: each(describe) }),
    it: Object.assign(it, { each: each(it) }),
    expect,
    vi,
  };
}

function each(define: (name: string, body: Body) => void): (cases: readonly unknown[]) => (n: string, b: Body) => void {
  return (cases) => (name, body) => {
    for (const one of cases) {
      const values = Array.isArray(one) ? one : [one];
      define(format(name, ...values.map(String)), () => body(...values));
    }
  };
}
