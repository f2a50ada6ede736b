// The version of a package, as its own package.json says.

import { readFileSync } from 'node:fs';

export function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}
