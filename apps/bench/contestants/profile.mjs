// Where the time of a process in Node goes, by the profiler of V8: what its main thread was seen doing, a thousand times a second, as shares
// of the time it was busy.

import { Session } from 'node:inspector/promises';

/** How Node calls the functions that ask the kernel for something. */
const CALLS_TO_THE_KERNEL = new Set([
  'writeBuffer',
  'writev',
  'writeUtf8String',
  'writeLatin1String',
  'shutdown',
  'close',
  'readStart',
  'readStop',
  'getpeername',
  'setNoDelay',
  'useUserBuffer',
]);

let session;

export async function profileStart() {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
}

export async function profileStop() {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return sharesOf(profile);
}

/** The share of each part in the time that was not idle. */
export function sharesOf({ nodes, samples, timeDeltas }) {
  const parts = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
  const times = new Map();
  let all = 0;
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id);
    if (part === undefined) continue;
    times.set(part, (times.get(part) ?? 0) + timeDeltas[index]);
    all += timeDeltas[index];
  }
  return Object.fromEntries([...times].map(([part, time]) => [part, time / all]));
}

/** Undefined for time that nobody used. */
function partOf({ functionName, url }) {
  if (functionName === '(idle)') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'native code: reading, polling, V8';
  if (url.startsWith('node:')) return "Node's JavaScript";
  const [, own] = /\/packages\/([\w-]+)\/dist\//.exec(url) ?? [];
  if (own !== undefined) return `@framewire/${own}`;
  if (url.startsWith('wasm:')) return 'masking in WebAssembly';
  if (url !== '') return 'the application';
  return CALLS_TO_THE_KERNEL.has(functionName) ? 'calls of the kernel: writing, closing' : 'built-in functions of V8';
}
