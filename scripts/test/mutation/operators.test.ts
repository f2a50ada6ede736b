import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { instrument } from '../../mutation/instrument.ts';

const CODES = [
  ['TEXT_INVALID', 'MASK_MISSING'],
  ['BAD_METHOD', 'KEY_INVALID'],
];

/** What the source becomes, a line for each mutant. */
function mutants(source: string): string[] {
  return instrument('a.ts', source, CODES, 0).mutants.map(({ original, mutated }) => `${original} => ${mutated}`);
}

describe('the operators of mutation', () => {
  it('make a condition true and false, and turn its comparison round or move it by one', () => {
    expect(mutants('if (a < b) f(); ')).toEqual([
      'a < b => a <= b',
      'a < b => a >= b',
      'a < b => true',
      'a < b => false',
    ]);
    expect(mutants('const x = a === b;')).toEqual(['a === b => a !== b', 'a === b => true', 'a === b => false']);
  });

  it('never make a loop endless by its condition or its step', () => {
    expect(mutants('for (let i = n; i < n; i++) f(i), g(i);').filter((one) => /true|i--/.test(one))).toEqual([]);
    expect(mutants('while (a) break;')).toEqual(['a => false', 'break; => ']);
  });

  it('swap && and ||, and take either side alone', () => {
    expect(mutants('const x = a && b;')).toEqual(['a && b => (a) || (b)', 'a && b => a', 'a && b => b']);
    expect(mutants('const x = a ?? b;')).toEqual(['a ?? b => a', 'a ?? b => b']);
  });

  it('change arithmetic and bits, but do not subtract text', () => {
    expect(mutants('const x = a + b;')).toEqual(['a + b => a - b']);
    expect(mutants('const x = a >>> b;')).toEqual(['a >>> b => a << b']);
    expect(mutants('x ^= b;')).toEqual(['x ^= b => x &= b', 'x ^= b; => ']);
    expect(mutants('const x = a + "b" + c;').filter((one) => one.includes(' - '))).toEqual([]);
  });

  it('take out a statement unless it is all that an if holds', () => {
    expect(mutants('{ f(); g(); }')).toEqual(['f(); => ', 'g(); => ']);
    expect(mutants('if (a) { throw b; }')).toEqual(['a => true', 'a => false']);
    expect(mutants('if (a) { f(); throw b; }')).toEqual(['a => true', 'a => false', 'f(); => ', 'throw b; => ']);
    expect(mutants('class A extends B { constructor() { super(); } }')).toEqual([]);
  });

  it('turn booleans over, and move numbers by one, constants both ways', () => {
    expect(mutants('f(true)').filter((one) => one.startsWith('true'))).toEqual(['true => false']);
    expect(mutants('const MOST = 16;')).toEqual(['16 => (16 + 1)', '16 => (16 - 1)']);
    expect(mutants('function f() { return 16; }')).toEqual(['16 => (16 + 1)']);
  });

  it('give another code of the same list, and leave the words of an error alone', () => {
    expect(mutants('function f() { return fail("TEXT_INVALID", "It has " + (a + b) + (c ? "d" : "e")); }')).toEqual([
      `"TEXT_INVALID" => 'MASK_MISSING'`,
    ]);
    expect(mutants('const T = { BAD_METHOD: { message: "Not " + (a && b), section: "4.1" } };')).toEqual([]);
    expect(mutants('const x = handshakeError(code, detail, { status: 7 });')).toEqual(['7 => (7 + 1)', '7 => (7 - 1)']);
  });

  it('leave types and imports alone', () => {
    expect(mutants(`import { a } from 'b'; type T = 1 | 'x' | true; interface I { a: 5 }; let x: 7 = y as 8;`)).toEqual(
      [],
    );
  });

  it('know the line and the function', () => {
    const [mutant] = instrument('a.ts', 'class A {\n  b(): number {\n    return 7;\n  }\n}', CODES, 5).mutants;
    expect(mutant).toEqual({
      id: 5,
      file: 'a.ts',
      line: 3,
      where: 'A.b',
      operator: 'number + 1',
      original: '7',
      mutated: '(7 + 1)',
    });
  });
});

describe('an instrumented source', () => {
  const SOURCE = `
    function sign(value: number): string {
      if (value < 0) { log.push('minus'); return 'minus'; }
      for (let i = 0; i < 3; i++) log.push('turn');
      return value > 0 || value === 7 ? 'plus' : 'zero';
    }
    return [sign(-1), sign(0), sign(1), ...log];`;

  function run(active: number): string {
    const { source } = instrument('a.ts', `function all(log: string[]) {${SOURCE}}`, CODES, 0);
    const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
    const all = new Function('__mutant', '__turn', 'log', `${outputText}; return all(log);`);
    return (
      all(
        (id: number) => id === active,
        () => undefined,
        [],
      ) as string[]
    ).join(' ');
  }

  it('does what it did while no mutant is active', () => {
    expect(run(-1)).toBe('minus zero plus minus turn turn turn turn turn turn');
  });

  it('does what the active mutant says, and nothing else', () => {
    const { mutants } = instrument('a.ts', `function all(log: string[]) {${SOURCE}}`, CODES, 0);
    const idOf = (original: string, mutated: string): number =>
      mutants.find((one) => one.original === original && one.mutated === mutated)?.id ?? -1;
    expect(run(idOf('value < 0', 'value <= 0'))).toBe('minus minus plus minus minus turn turn turn');
    expect(run(idOf(`log.push('minus');`, ''))).toBe('minus zero plus turn turn turn turn turn turn');
    expect(run(idOf('i < 3', 'i <= 3'))).toBe('minus zero plus minus turn turn turn turn turn turn turn turn');
    expect(run(idOf(`'turn'`, "''"))).toBe('minus zero plus minus      ');
  });
});
