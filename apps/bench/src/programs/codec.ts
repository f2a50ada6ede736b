// Measures one work of the codec. Each has a process of its own, so that no contestant is compiled for another work's calls.

import { answer } from '../answer.ts';
import { endpoints } from '../codec/endpoints.ts';
import { compare, type Effort, type Timings } from '../codec/rounds.ts';
import { CODEC_WORKS } from '../codec/works.ts';

answer({ work, endpoints });

async function work({ id, ...effort }: Effort & { readonly id: string }): Promise<Timings> {
  const found = CODEC_WORKS.get(id);
  if (found === undefined) throw new Error(`There is no work ${id}.`);
  const contestants = found.contestants();
  const timings = await compare(contestants, effort);
  // After the measurement: on optimized code, and without other callers having been seen by it.
  for (const contestant of contestants) await contestant.check();
  return timings;
}
