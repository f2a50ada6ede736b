// Where the programs are that run in processes of their own: built beside the bench, or as sources when the bench runs from sources.

import { fileURLToPath } from 'node:url';
import type { Command } from './process.ts';

/** Runs `src/programs/NAME.ts` with these arguments, in the Node that runs the bench. */
export function programCommand(name: string, ...programArguments: readonly string[]): Command {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(`./programs/${name}.${fromSource ? 'ts' : 'js'}`, import.meta.url));
  return {
    command: process.execPath,
    args: [...(fromSource ? ['--conditions=@framewire/source'] : []), '--expose-gc', file, ...programArguments],
  };
}
