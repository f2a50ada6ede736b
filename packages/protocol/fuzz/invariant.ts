// How a target says that its law is broken. The name of the invariant tells failures apart while an input is cut down.

/** An invariant that did not hold. */
export class BrokenInvariant extends Error {
  override readonly name: string = 'BrokenInvariant';
  readonly invariant: string;

  constructor(invariant: string, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}

/** Throws unless the condition holds. */
export function holds(invariant: string, condition: boolean, detail: () => string): asserts condition {
  if (!condition) throw new BrokenInvariant(invariant, detail());
}

/** Throws, with both in the message, unless the two are equal as JSON. */
export function same(invariant: string, actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new BrokenInvariant(invariant, `${is} instead of ${should}`);
}

/** What kind of failure this is: two inputs that fail alike have the same one. */
export function failureKind(error: unknown): string {
  if (error instanceof BrokenInvariant) return error.invariant;
  if (!(error instanceof Error)) return String(error);
  const at = error.stack?.split('\n').find((line) => line.startsWith('    at '));
  return `${error.name} ${at?.trim() ?? ''}`;
}
