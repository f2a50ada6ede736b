import { defineConfig } from 'tsup';

// The server of the demo. The page beside it is built by Vite into dist/page.
export default defineConfig({
  entry: ['src/server.ts'],
  format: ['esm'],
  target: 'node20',
  sourcemap: true,
  clean: true,
  silent: true,
});
