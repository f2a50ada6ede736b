// What our packages weigh in a bundle. The script that guards their budgets weighs them, so that there is one way to do it.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Bytes of what is imported, minified and gzipped with what it needs, by `package, { names }` or `package, *`. @throws when it cannot be weighed */
export function bundleSizes(): Readonly<Record<string, number>> {
  const script = fileURLToPath(new URL('../../../scripts/check-size.ts', import.meta.url));
  // A package over its budget fails the script, and is weighed all the same.
  const { stdout, stderr } = spawnSync(process.execPath, [script, '--json'], { encoding: 'utf8' });
  try {
    return JSON.parse(stdout) as Record<string, number>;
  } catch {
    throw new Error(`The packages cannot be weighed: ${/^.*Error.*$/m.exec(stderr)?.[0] ?? 'are they built?'}`);
  }
}
