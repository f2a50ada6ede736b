import { describe, expect, it } from 'vitest';
import { countObjects, differences, grown, moreCommon } from '../../src/soak/object-census.ts';

/** As V8 writes it: kind, name, and something else, of each node. */
function snapshot(objects: readonly (readonly [kind: string, name: string])[]) {
  const kinds = ['hidden', 'object', 'closure'];
  const strings = [...new Set(objects.map(([, name]) => name))];
  return {
    snapshot: { meta: { node_fields: ['type', 'name', 'self_size'], node_types: [kinds] as const } },
    nodes: objects.flatMap(([kind, name]) => [kinds.indexOf(kind), strings.indexOf(name), 99]),
    strings,
  };
}

describe('a census', () => {
  it('counts objects by their classes, and nothing that is no object', () => {
    const counted = countObjects(
      snapshot([
        ['object', 'Socket'],
        ['closure', 'Socket'],
        ['object', 'Timeout'],
        ['object', 'Socket'],
      ]),
    );
    expect(counted).toEqual({ Socket: 2, Timeout: 1 });
  });

  it('tells what connections are made of: whatever there is more of when they are there', () => {
    const before = { Socket: 1, Timeout: 3, Object: 10 };
    const held = { Socket: 41, Endpoint: 40, Timeout: 4, Object: 90 };
    expect(grown(before, held, 40)).toEqual(['Endpoint', 'Socket']);
  });

  it('tells what is left, and what is missing', () => {
    const [before, after] = [
      { Socket: 1, Endpoint: 4, Timeout: 2 },
      { Socket: 3, Endpoint: 4, Timeout: 1 },
    ];
    expect(differences(['Endpoint', 'Opening', 'Socket', 'Timeout'], before, after)).toEqual([
      'Socket +2',
      'Timeout -1',
    ]);
  });

  it('counts common kinds together', () => {
    expect(moreCommon({ Object: 5, Map: 2, Socket: 1 }, { Object: 9, Map: 1, Socket: 50 })).toBe(3);
  });
});
