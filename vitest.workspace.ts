// The test projects. vitest 5 has no workspace option: this file is the root configuration, and vitest.config.ts
// repeats it so that a bare `vitest` finds it.
//
//   node        every *.test.ts beside a package, on its sources; coverage is measured here
//   chromium,   every *.browser.test.ts, in a real browser, against a real server
//   firefox
//   acceptance  apps/acceptance, on what was built and packed: needs `pnpm build` first

import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';
import { type FoundBrowser, findChromium, findFirefox } from './scripts/browsers.ts';

const SOURCE = '@framewire/source';
const BROWSER_TESTS = '**/*.browser.test.ts';
const NEVER: string[] = ['**/node_modules/**', '**/dist/**'];
/** Starts the server the browser tests talk to, in Node, and hands its address over with `provide`. */
const BROWSER_SERVER = 'packages/browser/test/server.global-setup.ts';

function nodeProject(name: string, include: string[], timeout: number): TestProjectInlineConfiguration {
  return {
    resolve: { conditions: [SOURCE, ...defaultServerConditions] },
    ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions] } },
    test: {
      name,
      include,
      exclude: [...NEVER, BROWSER_TESTS],
      setupFiles: ['scripts/property-seed.ts'],
      testTimeout: timeout,
      hookTimeout: timeout,
    },
  };
}

/** Tests of what was built: no source condition, and Node itself loads the packages, as it does for a user. */
function builtProject(name: string, include: string[], timeout: number): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include,
      exclude: NEVER,
      testTimeout: timeout,
      hookTimeout: timeout,
      server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    },
  };
}

function browserProject(
  name: 'chromium' | 'firefox',
  found: FoundBrowser | undefined,
  channel: string | undefined,
): TestProjectInlineConfiguration[] {
  if (found === undefined) return [];
  return [
    {
      resolve: { conditions: [SOURCE, ...defaultClientConditions] },
      test: {
        name: `${name}-tests`,
        include: [`packages/*/test/${BROWSER_TESTS}`, `apps/*/test/${BROWSER_TESTS}`],
        exclude: NEVER,
        globalSetup: existsSync(BROWSER_SERVER) ? [BROWSER_SERVER] : [],
        testTimeout: 20_000,
        hookTimeout: 20_000,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          ui: false,
          provider: playwright({
            launchOptions: {
              executablePath: found.path,
              args: [...found.args],
              env: found.environment,
              ...(channel === undefined ? {} : { channel }),
            },
          }),
          instances: [{ browser: name, name }],
        },
      },
    },
  ];
}

/** Per package, so that a well tested one does not hide another. */
function thresholds(): Record<string, { branches: number; functions: number; lines: number; statements: number }> {
  const most = { branches: 95, functions: 95, lines: 95, statements: 95 };
  const packages = ['browser', 'conformance', 'connection', 'node-client', 'node-server', 'node-transport', 'testing'];
  return {
    ...Object.fromEntries(packages.map((name) => [`packages/${name}/src/**`, most])),
    'packages/protocol/src/**': { ...most, branches: 100 },
  };
}

export default defineConfig(
  async (): Promise<ViteUserConfig> => ({
    test: {
      maxWorkers: 2,
      coverage: {
        provider: 'v8',
        include: ['packages/*/src/**/*.ts'],
        exclude: ['**/*.d.ts'],
        reporter: [
          ['text', { skipFull: true }],
          ['json-summary', {}],
        ],
        reportsDirectory: '.reports/coverage',
        reportOnFailure: true,
        thresholds: thresholds(),
      },
      projects: [
        nodeProject(
          'node',
          ['packages/*/test/**/*.test.ts', 'apps/{demo,bench}/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
          15_000,
        ),
        builtProject('acceptance', ['apps/acceptance/test/**/*.test.ts'], 60_000),
        ...browserProject('chromium', await findChromium(process.env), undefined),
        ...browserProject('firefox', findFirefox(process.env), 'moz-firefox'),
      ],
    },
  }),
);
