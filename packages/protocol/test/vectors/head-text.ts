// Heads as text, made by changing a few fields of a sample.

/** A field with its values, each in a line of its own. */
export type Lines = readonly [name: string, ...values: string[]];

/** A head: the sample's fields, of which `changes` replaces those of the same name (no values leave one out), and what it adds. */
export function headText(line: string, sample: readonly Lines[], changes: readonly Lines[]): string {
  const kept = sample.map((field) => changes.find((change) => change[0] === field[0]) ?? field);
  const added = changes.filter((change) => !kept.includes(change));
  const lines = [...kept, ...added].flatMap(([name, ...values]) => values.map((value) => `${name}: ${value}`));
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}
