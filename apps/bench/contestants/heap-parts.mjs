// What the heap of a process in Node is made of: bytes of its objects by the names of their classes, from a heap snapshot.

import { text } from 'node:stream/consumers';
import { getHeapSnapshot } from 'node:v8';

/** What belongs to no class is under the kind that V8 gives it, in brackets. */
export async function heapParts() {
  const { snapshot, nodes, strings } = JSON.parse(await text(getHeapSnapshot()));
  const fields = snapshot.meta.node_fields;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field));
  const kinds = snapshot.meta.node_types[type];
  const parts = {};
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = kinds[nodes[at + type]];
    // Of what is native, the heap holds nothing.
    if (kind === 'native') continue;
    const key = kind === 'object' ? strings[nodes[at + name]] : `(${kind})`;
    parts[key] = (parts[key] ?? 0) + nodes[at + size];
  }
  return parts;
}
