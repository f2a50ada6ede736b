// What a user's bundler makes of a package: the code, and which files of ours it came from.

import { build, type Metafile } from 'esbuild';

export interface Bundle {
  readonly code: Uint8Array;
  readonly metafile: Metafile;
}

/** The rooms of the protocol package that a browser bundle may hold: `withStreams` checks the text it is given in chunks. */
const BROWSER_ROOMS: readonly string[] = ['close-status', 'errors', 'index', 'utf8'];

/** Bundles and minifies `names` (`*` for all) of what the file `entry` exports, with the workspace packages it imports. */
export async function bundle(root: string, entry: string, names: string, conditions: string[]): Promise<Bundle> {
  const result = await build({
    stdin: { contents: `export ${names} from './${entry}';`, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions,
    metafile: true,
    write: false,
    legalComments: 'none',
  });
  const file = result.outputFiles[0];
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${entry}.`);
  return { code: file.contents, metafile: result.metafile };
}

/** The rooms of the protocol package whose code would be in a browser's bundle of `entry`, although they may not. */
export async function strayRooms(root: string, entry: string): Promise<string[]> {
  const { metafile } = await bundle(root, entry, '*', ['@framewire/source']);
  return Object.values(metafile.outputs)
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /(?:^|\/)packages\/protocol\/src\/(.+)\.ts$/.exec(path)?.[1])
    .filter((room) => room !== undefined)
    .filter((room) => !BROWSER_ROOMS.includes(room));
}
