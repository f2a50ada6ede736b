// A part of a list, drawn by chance that can be repeated.

/** Draws `count` of the items, in their order, by a generator with 32 bits of state (mulberry32). */
export function sampled<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  let missing = count;
  return items.filter((_, place) => {
    const taken = random() * (items.length - place) < missing;
    if (taken) missing--;
    return taken;
  });
}
