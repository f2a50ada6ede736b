// Deliberately wrong code fails `npm test`: each kind is planted in a copy of the packages, and the tool that guards
// against it must name the file and the rule.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strayRooms } from '../bundle.ts';
import { PlantedHouse } from './planted-house.ts';

const IMPURE: readonly (readonly [what: string, source: string])[] = [
  ['node-module', "import { connect } from 'node:net';\nconnect(80);\n"],
  ['dom', 'document.title;\n'],
  ['timer', 'setTimeout(() => {}, 1);\n'],
  ['process', 'process.exit();\n'],
  ['buffer', 'Buffer.alloc(1);\n'],
  ['randomness', 'crypto.randomUUID();\n'],
];

const WRONG_IMPORTS: readonly (readonly [file: string, specifier: string, rule: string])[] = [
  ['packages/protocol/src/planted-node.ts', 'node:net', 'f0-protocol-imports-nothing'],
  ['packages/protocol/src/planted-npm.ts', 'fast-check', 'f0-protocol-imports-nothing'],
  ['packages/connection/src/planted-node.ts', 'node:timers', 'f1-connection-imports-protocol-only'],
  ['packages/node-transport/src/planted-up.ts', '@framewire/node-server', 'f2-node-transport-goes-down'],
  ['packages/browser/src/planted-node.ts', 'node:events', 'f2-browser-goes-down'],
  ['packages/browser/src/planted-sideways.ts', '@framewire/node-transport', 'f2-browser-goes-down'],
  ['packages/node-server/src/planted-npm.ts', 'ws', 'f3-node-server-goes-down'],
  ['packages/node-client/src/planted-server.ts', '@framewire/node-server', 'f3-node-client-goes-down'],
  ['packages/node-client/src/planted-meeting.ts', '@framewire/node-server', 'client-and-server-never-meet'],
  ['packages/node-server/src/planted-meeting.ts', '@framewire/node-client', 'client-and-server-never-meet'],
  ['packages/conformance/src/planted-codec.ts', '@framewire/protocol', 'f4-conformance-imports-nothing-of-the-house'],
  ['packages/testing/src/planted-node.ts', 'node:stream', 'testing-stays-pure'],
  [
    'packages/browser/src/planted-back-door.ts',
    '../../protocol/src/endpoint.ts',
    'packages-are-entered-through-the-front-door',
  ],
  ['packages/node-client/src/planted-path.ts', '../../protocol/src/index.ts', 'packages-are-imported-by-name'],
  ['packages/protocol/src/planted-nothing.ts', './not-there.ts', 'everything-resolves'],
];

describe('a planted wrong import', () => {
  let house: PlantedHouse;
  let violations: string[];

  beforeAll(() => {
    house = new PlantedHouse();
    for (const [file, specifier] of WRONG_IMPORTS) house.plant(file, `import '${specifier}';\n`);
    house.plant('packages/protocol/src/planted-hen.ts', "import './planted-egg.ts';\n");
    house.plant('packages/protocol/src/planted-egg.ts', "import './planted-hen.ts';\n");
    const report: { summary: { violations: { from: string; rule: { name: string } }[] } } = JSON.parse(
      house.run('depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'packages']),
    );
    violations = report.summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
  });

  afterAll(() => house.remove());

  it.each(WRONG_IMPORTS)('%s importing %s breaks the rule %s', (file, _specifier, rule) => {
    expect(violations).toContain(`${file}: ${rule}`);
  });

  it('in a circle breaks the rule no-circular-imports', () => {
    // The report names the circle once, from either end.
    const circles = violations.filter((violation) => violation.endsWith(': no-circular-imports'));
    expect(circles.filter((circle) => /planted-(?:hen|egg)/.test(circle))).toHaveLength(1);
  });
});

describe.each(['protocol', 'connection'])('the compiler refuses in packages/%s', (name) => {
  let house: PlantedHouse;
  let errors: string;

  beforeAll(() => {
    house = new PlantedHouse();
    for (const [what, source] of IMPURE) house.plant(`packages/${name}/src/planted-${what}.ts`, source);
    errors = house.run('tsc', ['--project', `packages/${name}`]);
  });

  afterAll(() => house.remove());

  it.each(IMPURE)('%s', (what) => {
    expect(errors).toMatch(new RegExp(`planted-${what}\\.ts\\(1,\\d+\\): error TS\\d+: Cannot find`));
  });
});

describe('the linter refuses', () => {
  const PLANTS: readonly (readonly [file: string, source: string, rule: string])[] = [
    ['packages/protocol/src/planted-default.ts', 'export default 1;\n', 'lint/style/noDefaultExport'],
    ['packages/protocol/src/planted-any.ts', 'export const planted: any = 1;\n', 'lint/suspicious/noExplicitAny'],
    [
      'packages/browser/src/planted-endpoint.ts',
      "import { Endpoint } from '@framewire/protocol';\n\nexport const planted: unknown = Endpoint;\n",
      'lint/style/noRestrictedImports',
    ],
    [
      'packages/connection/src/planted-suffix.ts',
      "export { planted } from './planted-any';\n",
      'lint/correctness/useImportExtensions',
    ],
  ];
  let house: PlantedHouse;
  let diagnostics: string[];

  beforeAll(() => {
    house = new PlantedHouse();
    house.plant('packages/connection/src/planted-any.ts', 'export const planted = 1;\n');
    for (const [file, source] of PLANTS) house.plant(file, source);
    const files = PLANTS.map(([file]) => file);
    const report: { diagnostics: { category: string; location: { path: string } }[] } = JSON.parse(
      house.run('biome', ['lint', '--reporter=json', ...files]),
    );
    diagnostics = report.diagnostics.map(({ category, location }) => `${location.path}: ${category}`);
  });

  afterAll(() => house.remove());

  it.each(PLANTS)('%s', (file, _source, rule) => {
    expect(diagnostics).toContain(`${file}: ${rule}`);
  });
});

describe('the browser bundle', () => {
  let house: PlantedHouse;

  beforeAll(() => {
    house = new PlantedHouse();
  });

  afterAll(() => house.remove());

  it('is refused when it holds the state machine', async () => {
    house.plant('packages/browser/src/planted.ts', "export { Endpoint } from '@framewire/protocol';\n");
    expect(await strayRooms(house.root, 'packages/browser/src/planted.ts')).toContain('endpoint');
  });

  it('is accepted with errors in it', async () => {
    house.plant('packages/browser/src/planted.ts', "export { UsageError } from '@framewire/protocol';\n");
    expect(await strayRooms(house.root, 'packages/browser/src/planted.ts')).toEqual([]);
  });
});
