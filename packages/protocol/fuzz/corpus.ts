// The committed corpus: inputs that together reach all that was ever reached, one a line, so that a review can read them. Bytes that are
// no visible ASCII are escaped; lines that begin with `#` are remarks.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const REMARK =
  '# One input a line; the first two bytes of most are choices (target.ts). Written by `pnpm fuzz --save`.\n';
const NAMED: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\\': '\\\\' };
const BYTES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

/** An input as a line. */
export function escapeInput(input: Uint8Array): string {
  const text = Buffer.from(input).toString('latin1');
  // A remark is no input, and a space at an end would be lost on the way.
  return text.replace(
    /[^!-~ ]|\\|^#|^ | $/g,
    (character) => NAMED[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** The input of a line. */
export function unescapeInput(line: string): Uint8Array {
  const text = line.replace(/\\(?:x([0-9a-f]{2})|([rnt\\]))/g, (_, hex: string | undefined, name: string) =>
    hex === undefined ? (BYTES[name] ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

function file(module: string, target: string): URL {
  return new URL(`corpus/${target}.txt`, module);
}

/**
 * The committed inputs of a target; none when it has no file yet.
 *
 * @param module the URL of the module that exports the target: `corpus` stands beside it
 */
export function readCorpus(module: string, target: string): Uint8Array[] {
  let text: string;
  try {
    text = readFileSync(file(module, target), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n').slice(0, -1);
  return lines.filter((line) => !line.startsWith('#')).map(unescapeInput);
}

/** Replaces the committed inputs of a target. */
export function writeCorpus(module: string, target: string, inputs: readonly Uint8Array[]): void {
  const lines = inputs.map((input) => `${escapeInput(input)}\n`);
  mkdirSync(new URL('corpus/', module), { recursive: true });
  writeFileSync(file(module, target), REMARK + lines.join(''));
}
