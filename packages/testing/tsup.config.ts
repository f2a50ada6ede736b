import { packageBuild } from '../../scripts/package-build.ts';

// Declarations are made with Node's types, which the chaos proxy needs; that the rest needs none, the typecheck shows.
export default packageBuild(['src/index.ts', 'src/contract.ts', 'src/chaos-proxy.ts'], 'tsconfig.node.json');
