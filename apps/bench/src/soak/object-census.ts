// How many objects of which class a process has, from a heap snapshot: what is left of connections that are gone is found whatever it is.

import { text } from 'node:stream/consumers';
import { getHeapSnapshot } from 'node:v8';

/** Objects by the names of their classes. */
export type Census = Readonly<Record<string, number>>;

/** Kinds that everything has some of, and that come and go with code that runs for the first time. */
const COMMON: ReadonlySet<string> = new Set([
  'Object',
  'Array',
  'Function',
  'Promise',
  'Map',
  'Set',
  'WeakMap',
  'WeakRef',
  'ArrayBuffer',
  'Uint8Array',
  'Buffer',
  'FastBuffer',
  'Float64Array',
  'Error',
  'Generator',
]);

/** Counts the objects of this process. */
export async function objectCensus(): Promise<Census> {
  return countObjects(JSON.parse(await text(getHeapSnapshot())) as HeapSnapshot);
}

export interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

export function countObjects({ snapshot, nodes, strings }: HeapSnapshot): Census {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [kindAt, nameAt] = [fields.indexOf('type'), fields.indexOf('name')];
  const census = new Map<string, number>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    if (types[0][nodes[at + kindAt] ?? -1] !== 'object') continue;
    const name = strings[nodes[at + nameAt] ?? -1] ?? '';
    census.set(name, (census.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(census);
}

/** The classes, common kinds aside, that a process has at least so many more objects of: those that connections are made of. */
export function grown(before: Census, after: Census, by: number): readonly string[] {
  return Object.entries(after)
    .filter(([name, count]) => !COMMON.has(name) && count - (before[name] ?? 0) >= by)
    .map(([name]) => name)
    .sort();
}

/** What of these classes there is more or less of: `Socket +2`. */
export function differences(classes: readonly string[], before: Census, after: Census): readonly string[] {
  return classes.flatMap((name) => {
    const more = (after[name] ?? 0) - (before[name] ?? 0);
    return more === 0 ? [] : [`${name} ${more > 0 ? '+' : ''}${more}`];
  });
}

/** How many more objects of common kinds there are. */
export function moreCommon(before: Census, after: Census): number {
  let more = 0;
  for (const name of COMMON) more += (after[name] ?? 0) - (before[name] ?? 0);
  return more;
}
