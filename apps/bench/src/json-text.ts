// Text as applications send it, the same for the same seed: events as JSON, of which about a third is left when it is compressed alone.

const KINDS = ['created', 'updated', 'moved', 'deleted'];
const PEOPLE = ['ada', 'grace', 'edsger', 'barbara', 'donald', 'frances', 'ken', 'radia'];

/** So many bytes of ASCII. The last event may be cut. */
export function jsonText(seed: number, bytes: number): string {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const of = (names: readonly string[]): string => names[below(names.length)] ?? '';
  let text = '[';
  while (text.length < bytes) {
    const [id, at, x, y] = [below(1e6), 1_760_000_000 + below(1e6), below(1e5) / 100, below(1e5) / 100];
    text += `{"id":${id},"type":"${of(KINDS)}","user":{"name":"${of(PEOPLE)}","id":${below(1e4)}},"at":${at},"x":${x},"y":${y}},`;
  }
  return text.slice(0, bytes);
}
