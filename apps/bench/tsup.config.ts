// Built, so that the benchmarks run on any Node; what they measure stays outside, as it was built for users.

import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/bench.ts', 'src/soak.ts', 'src/programs/*.ts'],
  format: ['esm'],
  target: 'es2022',
  skipNodeModulesBundle: true,
  sourcemap: true,
  clean: true,
  silent: true,
});
