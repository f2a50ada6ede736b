// The floors of the house. Imports go strictly downward, a package is entered only through what its package.json
// exports, and nothing imports in a circle. One rule per floor, named so that the report says which one was broken.
//
//   F0 protocol        F1 connection        F2 node-transport, browser        F3 node-server, node-client
//   F4 conformance, which stands on nothing of the house
//   beside them: testing (pure, F0 and F1)        above them: apps

/** What the sources of a package may import: workspace packages, and whether Node's own modules and npm's are open to it. */
const FLOORS = [
  { package: 'protocol', rule: 'f0-protocol-imports-nothing', below: [], node: false },
  { package: 'connection', rule: 'f1-connection-imports-protocol-only', below: ['protocol'], node: false },
  { package: 'node-transport', rule: 'f2-node-transport-goes-down', below: ['protocol', 'connection'], node: true },
  { package: 'browser', rule: 'f2-browser-goes-down', below: ['protocol', 'connection'], node: false },
  {
    package: 'node-server',
    rule: 'f3-node-server-goes-down',
    below: ['protocol', 'connection', 'node-transport'],
    node: true,
  },
  {
    package: 'node-client',
    rule: 'f3-node-client-goes-down',
    below: ['protocol', 'connection', 'node-transport'],
    node: true,
  },
  { package: 'conformance', rule: 'f4-conformance-imports-nothing-of-the-house', below: [], node: true },
  {
    package: 'testing',
    rule: 'testing-stays-pure',
    below: ['protocol', 'connection'],
    node: false,
    npm: ['vitest'],
    except: '^packages/testing/src/chaos-proxy',
  },
];

/**
 * What tests of the whole share with the tests of one package: data and a certificate, which hold no code of the package itself; and the
 * fuzzer, which nobody bundles.
 */
const SHARED_BY_TESTS =
  '^packages/(?:protocol/test/vectors/|protocol/fuzz/|node-server/test/support/self-signed\\.ts$)';

function floorRule({ package: name, rule, below, node, npm = [], except }) {
  const packages = [name, ...below].join('|');
  const allowed = [`^packages/(?:${packages})/src/`, ...npm.map((one) => `(?:^|/)node_modules/${one}/`)];
  return {
    name: rule,
    comment: `packages/${name} may import ${below.length === 0 ? 'nothing' : below.join(', ')} of the workspace${
      node ? " and Node's own modules" : ", and none of Node's modules"
    }.`,
    severity: 'error',
    from: { path: `^packages/${name}/src/`, ...(except === undefined ? {} : { pathNot: except }) },
    to: node ? { pathNot: allowed, dependencyTypesNot: ['core'] } : { pathNot: allowed },
  };
}

export default {
  forbidden: [
    ...FLOORS.map(floorRule),
    {
      name: 'chaos-proxy-goes-down',
      comment: 'The chaos proxy is sockets, so it has Node; of the house it has what the rest of packages/testing has.',
      severity: 'error',
      from: { path: '^packages/testing/src/chaos-proxy' },
      to: { pathNot: '^packages/(?:testing|protocol|connection)/src/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'chaos-proxy-is-an-entry-of-its-own',
      comment: 'The rest of packages/testing runs everywhere, so it must not reach Node through the chaos proxy.',
      severity: 'error',
      from: { path: '^packages/testing/src/', pathNot: '^packages/testing/src/chaos-proxy' },
      to: { path: '^packages/testing/src/chaos-proxy' },
    },
    {
      name: 'client-and-server-never-meet',
      comment:
        'node-client and node-server know nothing of each other, not even in tests: those live in apps/acceptance.',
      severity: 'error',
      from: { path: '^packages/node-(client|server)/' },
      to: {
        path: '^(?:packages|@framewire)/node-(?:client|server)(?:/|$)',
        pathNot: '^(?:packages|@framewire)/node-$1(?:/|$)',
      },
    },
    {
      name: 'tests-of-the-pure-floors-go-down',
      comment: 'The tests of protocol and connection use the floors below and @framewire/testing.',
      severity: 'error',
      from: { path: '^packages/(protocol|connection)/test/' },
      to: { path: '^packages/', pathNot: '^packages/(?:$1|protocol|connection|testing)/' },
    },
    {
      name: 'packages-know-no-app',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-are-strangers',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'packages-are-entered-through-the-front-door',
      comment: 'Import another package by its name: through index.ts, or a subpath its package.json declares.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: {
        path: '^packages/[^/]+/',
        pathNot: [
          '^$1/$2/',
          '^packages/[^/]+/src/index\\.ts$',
          '^packages/testing/src/(?:contract|chaos-proxy)\\.ts$',
          SHARED_BY_TESTS,
        ],
      },
    },
    {
      name: 'packages-are-imported-by-name',
      comment: 'A relative path into another package would bundle a second copy of it.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^packages/[^/]+/', pathNot: ['^$1/$2/', SHARED_BY_TESTS], dependencyTypes: ['local'] },
    },
    {
      name: 'published-sources-use-no-dev-dependency',
      comment: 'What a published package imports is in its dependencies or peerDependencies.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    },
    {
      name: 'no-circular-imports',
      comment: 'Imports of types alone are erased, so they make no circle at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['^(?:packages|apps)/[^/]+/dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@framewire/source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
