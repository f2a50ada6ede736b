// How many bytes our packages are where bytes count.

import { bundleSizes } from '../bundle-sizes.ts';
import { defineScenario, type Scenario } from '../define-scenario.ts';
import { quartiles } from '../statistics.ts';

const PACKAGES = [
  ['browser', '{ connect }', 'connect of @framewire/browser'],
  ['protocol', '*', 'all of @framewire/protocol'],
] as const;

export const bundleScenarios: readonly Scenario[] = PACKAGES.map(([name, imported, what]) =>
  defineScenario({
    id: `size-${name}`,
    group: 'bundle',
    title: `Bytes of ${what}, minified and gzipped`,
    inQuick: true,
    async run() {
      const size = bundleSizes()[`${name}, ${imported}`];
      if (size === undefined) throw new Error(`@framewire/${name} was not weighed.`);
      return { results: [{ contestant: 'framewire', metrics: { size: quartiles([size]) }, loadWasBottleneck: false }] };
    },
  }),
);
