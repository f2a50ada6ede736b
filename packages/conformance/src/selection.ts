// Which cases a run takes: sections, patterns of ids, and what is left out.

import type { Case, Section } from './case.ts';

export interface Selection {
  /** Ids of sections; all if left out. */
  readonly sections?: readonly string[];
  /** Ids or patterns in which * stands for anything, such as `6.4.*`; all if left out. */
  readonly cases?: readonly string[];
  /** Patterns of what is left out of the rest. */
  readonly exclude?: readonly string[];
}

/** The chosen cases in the order of the catalogue. Throws a RangeError that names a section or pattern that fits nothing. */
export function selectCases(catalogue: readonly Section[], { sections, cases, exclude = [] }: Selection): Case[] {
  const unknown = sections?.find((id) => !catalogue.some((section) => section.id === id));
  if (unknown !== undefined) {
    const known = catalogue.map(({ id }) => id).join(', ');
    throw new RangeError(`There is no section ${unknown}: the sections are ${known}.`);
  }
  const all = catalogue.flatMap((section) => section.cases);
  const patternOf = (pattern: string) => {
    const expression = new RegExp(`^${pattern.split('*').map(escapeExpression).join('.*')}$`);
    if (all.some(({ id }) => expression.test(id))) return expression;
    throw new RangeError(`No case fits ${pattern}: say the id of a case, such as 1.1.1, or a pattern, such as 6.4.*.`);
  };
  const chosen = cases?.map(patternOf);
  const left = exclude.map(patternOf);
  return catalogue
    .filter(({ id }) => sections === undefined || sections.includes(id))
    .flatMap((section) => section.cases)
    .filter(({ id }) => chosen === undefined || chosen.some((pattern) => pattern.test(id)))
    .filter(({ id }) => !left.some((pattern) => pattern.test(id)));
}

function escapeExpression(text: string): string {
  return text.replace(/[$()+.?[\\\]^{|}]/g, '\\$&');
}
