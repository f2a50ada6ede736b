// What a contestant is: the version of a package, as its own package.json says, and whether the native addon bufferutil is in use.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}

/** Whether its binary was loaded in this process: the package also has a part in JavaScript, for where there is none. */
export function usesBufferutil() {
  return Object.keys(createRequire(import.meta.url).cache).some((file) => /bufferutil.*\.node$/.test(file));
}
