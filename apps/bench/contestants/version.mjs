// What a contestant is: the version of a package, as its own package.json says, and whether the native addon bufferutil is in use.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

export function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}

/** Whether its binary was loaded in this process: the package also has a part in JavaScript, for where there is none. */
export function usesBufferutil() {
  return Object.keys(createRequire(import.meta.url).cache).some((file) => /bufferutil.*\.node$/.test(file));
}

/** @throws where ws, which is imported before, uses bufferutil and should not, or the other way round: the figure would be another contestant's */
export function versionOfWs(withBufferutil) {
  if (usesBufferutil() !== withBufferutil) {
    throw new Error(`It runs ${withBufferutil ? 'without' : 'with'} bufferutil, against its name.`);
  }
  const version = versionOf('ws');
  return withBufferutil ? `${version} with bufferutil ${versionOf('bufferutil')}` : version;
}

export function versionOfUWebSockets() {
  return `npm uwebsockets ${versionOf('uwebsockets')} on Node ${process.versions.node}`;
}
