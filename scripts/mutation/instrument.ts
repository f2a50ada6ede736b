// A source with all its mutants in it: each is a branch that runs only while its number is the active one. So a file is compiled once, and
// the tests that reach a mutant are known from one run without any.

import ts from 'typescript';
import { type Change, changes, isLeftAlone } from './operators.ts';

/** One small change of a source. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  /** The function or method it stands in, such as `Endpoint.close`. */
  readonly where: string;
  readonly operator: string;
  readonly original: string;
  /** What stands there instead; empty when it was taken out. */
  readonly mutated: string;
}

export interface Instrumented {
  readonly source: string;
  readonly mutants: readonly Mutant[];
}

/** The function that asks, in what was instrumented, whether a mutant is the active one. */
export const SWITCH = '__mutant';

/** The function that every turn of a loop calls, so that one without end is noticed at once. */
export const TURN = '__turn';

/** @param firstId the number of the first mutant */
export function instrument(
  file: string,
  source: string,
  codes: readonly (readonly string[])[],
  firstId: number,
): Instrumented {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const mutants: Mutant[] = [];

  function rendered(node: ts.Node): string {
    const start = node.getStart();
    if (isLeftAlone(node)) return source.slice(start, node.end);
    let text = '';
    let at = start;
    ts.forEachChild(node, (child) => {
      text += source.slice(at, child.getStart()) + rendered(child);
      at = child.end;
    });
    text += source.slice(at, node.end);
    if (isBodyOfLoop(node)) text = `{ ${TURN}(); ${text} }`;
    const found = changes(node, codes);
    if (found.length === 0) return text;
    return ts.isStatement(node) ? withoutIt(node, text) : otherwise(node, found, text);
  }

  function withoutIt(node: ts.Node, text: string): string {
    return `{ if (!${SWITCH}(${add(node, { operator: 'statement removed', text: '' })})) ${text} }`;
  }

  function otherwise(node: ts.Node, found: readonly Change[], text: string): string {
    const branches = found.map((change) => `${SWITCH}(${add(node, change)}) ? (${change.text}) : `);
    return `(${branches.join('')}(${text}))`;
  }

  function add(node: ts.Node, { operator, text }: Change): number {
    const id = firstId + mutants.length;
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    mutants.push({ id, file, line, where: enclosing(node), operator, original: node.getText(), mutated: text });
    return id;
  }

  return { source: rendered(tree), mutants };
}

function isBodyOfLoop(node: ts.Node): boolean {
  const parent: ts.Node | undefined = node.parent;
  return parent !== undefined && ts.isIterationStatement(parent, false) && parent.statement === node;
}

function enclosing(node: ts.Node): string {
  const names: string[] = [];
  for (let one: ts.Node | undefined = node.parent; one !== undefined; one = one.parent) {
    if (ts.isConstructorDeclaration(one)) names.unshift('constructor');
    else if (ts.isClassLike(one) || ts.isFunctionLike(one) || ts.isVariableDeclaration(one)) {
      if (one.name !== undefined) names.unshift(one.name.getText());
    }
  }
  return names.join('.');
}
