// Runs the browser tests in every browser that is here, and says which one that is. A browser that is not here is
// left out, with a line that says so; in CI that is a failure.

import { spawnSync } from 'node:child_process';
import { findChromium, findFirefox } from './browsers.ts';

const browsers = [
  {
    project: 'chromium',
    found: await findChromium(process.env),
    hint: 'Install Chromium or Chrome, or set $CHROMIUM.',
  },
  { project: 'firefox', found: findFirefox(process.env), hint: 'Install firefox-esr, or set $FIREFOX.' },
];
for (const { project, found, hint } of browsers) {
  const line = found === undefined ? `left out, as there is none here. ${hint}` : `${found.path} (${found.source})`;
  console.log(`Browser tests, ${project}: ${line}`);
}
const projects = browsers.filter(({ found }) => found !== undefined).flatMap(({ project }) => ['--project', project]);
if (projects.length > 0) {
  const args = ['run', ...projects, ...process.argv.slice(2)];
  process.exitCode = spawnSync('vitest', args, { stdio: 'inherit' }).status ?? 1;
}
if (process.env.CI === 'true' && browsers.some(({ found }) => found === undefined)) {
  console.error('CI runs the tests in every browser: one is missing.');
  process.exitCode = 1;
}
