// How every published package is built: ES modules and CommonJS for Node 20 and up, each with its own types.
// Workspace packages stay external in one another's builds, so that a program has one copy of each error class.

import { defineConfig, type Options } from 'tsup';

/** @param tsconfig the one for the declarations */
export function packageBuild(entry: string[], tsconfig = 'tsconfig.json'): ReturnType<typeof defineConfig> {
  const options: Options = {
    entry,
    tsconfig,
    format: ['esm', 'cjs'],
    target: 'es2022',
    dts: true,
    sourcemap: true,
    clean: true,
    silent: true,
  };
  return defineConfig(options);
}
