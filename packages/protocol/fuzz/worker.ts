// The thread a target runs in: it has coverage counters and a heap of its own, and can be ended when an input never comes back.

import { parentPort, workerData } from 'node:worker_threads';
import { distill, search } from './engine.ts';
import { SharedInput } from './shared-input.ts';
import type { Target } from './target.ts';
import type { Job } from './watch.ts';

// Errors are what many inputs end with, and their stacks half of the work; --replay tells all of one.
Error.stackTraceLimit = 3;

const { job, shared } = workerData as { readonly job: Job; readonly shared: SharedArrayBuffer };
const last = new SharedInput(shared);
const { targets } = (await import(job.module)) as { readonly targets: Readonly<Record<string, Target>> };
const target = targets[job.target];
if (target === undefined) throw new Error(`There is no target ${job.target}.`);

const finding = await search(target, { ...job, before: (input) => last.begin(input) });
const distills = job.distills === true && finding.failure === undefined;
parentPort?.postMessage(distills ? { ...finding, corpus: distill(target, finding.corpus) } : finding);
