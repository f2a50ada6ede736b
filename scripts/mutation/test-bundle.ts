// The tests of a package, each file in one script with the instrumented sources, so that a mutant gets modules that nobody has used before.

import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** A test file as the body of a function of `require`. */
export interface TestScript {
  readonly path: string;
  readonly code: string;
}

/**
 * @param folder the package's
 * @param sources what stands for a source, by its path in the package
 */
export async function bundleTests(
  folder: string,
  tests: readonly string[],
  sources: ReadonlyMap<string, string>,
): Promise<TestScript[]> {
  const instrumented: Plugin = {
    name: 'instrumented',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const source = sources.get(relative(folder, path).replaceAll(sep, '/')) ?? readFileSync(path, 'utf8');
        return {
          contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
          loader: 'ts',
        };
      });
    },
  };
  const scripts: TestScript[] = [];
  for (const path of tests) {
    const { outputFiles } = await build({
      entryPoints: [path],
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'node',
      target: 'node24',
      packages: 'external',
      absWorkingDir: folder,
      plugins: [instrumented],
    });
    scripts.push({ path, code: outputFiles[0]?.text ?? '' });
  }
  return scripts;
}
