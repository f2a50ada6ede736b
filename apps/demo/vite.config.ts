import { defineConfig } from 'vite';

// The page of the demo, built beside the server that hands it out.
export default defineConfig({
  root: 'page',
  base: './',
  logLevel: 'warn',
  build: { outDir: '../dist/page', emptyOutDir: true, target: 'es2022', sourcemap: true },
});
