// Delta debugging: cuts an input down while it still does what it was kept for. First ever smaller pieces are left out, then the bytes
// that are left are made plain.

/** A smaller input for which `keeps` holds, as it does for `input`. Asks at most so many times. */
export function minimize(input: Uint8Array, keeps: (input: Uint8Array) => boolean, mostRuns = 5000): Uint8Array {
  let best = input;
  let runs = 0;
  const holds = (candidate: Uint8Array): boolean => runs++ < mostRuns && keeps(candidate);

  for (let size = Math.max(1, best.length >>> 1), shrunk = false; size > 0; ) {
    for (let at = 0; at < best.length; ) {
      const candidate = new Uint8Array(best.length - Math.min(size, best.length - at));
      candidate.set(best.subarray(0, at));
      candidate.set(best.subarray(at + size), at);
      if (holds(candidate)) {
        best = candidate;
        shrunk = true;
      } else at += size;
    }
    // Once more with single bytes as long as that helps: what is gone may have held others.
    if (size > 1) size >>>= 1;
    else if (!shrunk || runs >= mostRuns) size = 0;
    shrunk = false;
  }
  for (let at = 0; at < best.length; at++) {
    for (const plain of [0x00, 0x61]) {
      if (best[at] === 0 || best[at] === plain) continue;
      const candidate = best.slice();
      candidate[at] = plain;
      if (holds(candidate)) {
        best = candidate;
        break;
      }
    }
  }
  return best;
}
