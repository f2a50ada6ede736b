// The TypeScript blocks of the documentation, as they stand there: what the tests run and check is what people read.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/packages.ts';

/** A block of code in a page of the documentation. */
export interface CodeBlock {
  /** The file, from the root of the repository. */
  readonly file: string;
  /** The line of the file on which the code begins, counted from 1. */
  readonly line: number;
  /** What follows `ts` in the line that opens the block, such as `dom`. */
  readonly words: readonly string[];
  readonly code: string;
}

/** The pages that hold code for users: README.md, those in docs/, and the guide of each package. */
export async function pages(): Promise<string[]> {
  const docs = await readdir(join(ROOT, 'docs'));
  const packages = await readdir(join(ROOT, 'packages'));
  const guides = packages.map((name) => `packages/${name}/README.md`);
  const all = ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`), ...guides];
  const found = await Promise.all(all.map(async (file) => ((await read(file)) === undefined ? [] : [file])));
  return found.flat();
}

/** The blocks of a page that are TypeScript. */
export async function codeBlocks(file: string): Promise<CodeBlock[]> {
  const text = (await read(file)) ?? '';
  return [...text.matchAll(/^```ts\b(.*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: words = '', 2: code = '' }) => ({
    file,
    line: text.slice(0, index).split('\n').length + 1,
    words: words.split(' ').filter((word) => word !== ''),
    code,
  }));
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(join(ROOT, file), 'utf8');
  } catch {
    return undefined;
  }
}
