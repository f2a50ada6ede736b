// pnpm --filter @framewire/protocol fuzz [--seconds 10] [--seed 1] [--target messages]
// Runs each target for its share of the time. The seed is printed first: the same seed gives the same runs again.

import { parseArgs } from 'node:util';
import { fuzz, targets } from './targets.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    target: { type: 'string', default: '' },
  },
});
const chosen = Object.entries(targets).filter(([name]) => values.target === '' || values.target === name);
if (chosen.length === 0) throw new Error(`Take one of these targets: ${Object.keys(targets).join(', ')}.`);
const seed = Number(values.seed);
const milliseconds = (Number(values.seconds) * 1000) / chosen.length;
process.stdout.write(`seed ${seed}\n`);
for (const [name, target] of chosen) {
  const end = performance.now() + milliseconds;
  const runs = fuzz(name, target, seed, (done) => done % 100 !== 0 || performance.now() < end);
  process.stdout.write(`${name}: ${runs} runs\n`);
}
