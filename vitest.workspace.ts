// The test projects. vitest 5 has no workspace option: this file is the root configuration, vitest.config.ts repeats it.
import { defineConfig } from 'vitest/config';

const source: string[] = ['@framewire/source'];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions: source },
        ssr: { resolve: { conditions: source } },
        test: {
          name: 'node',
          include: ['packages/*/test/**/*.test.ts', 'apps/{demo,bench}/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.browser.test.ts'],
        },
      },
    ],
  },
});
