// A thread beside the tests that ends the whole process when one of them runs for ever or eats the memory of the machine. The parent starts
// another process: what a killed one held is given back for certain.

import { workerData } from 'node:worker_threads';

/** The first number changes with every test; the second is how many milliseconds it may take, 0 while none runs. */
export type Progress = Int32Array;

const TICK = 250;
const MOST_MEMORY = 2 * 1024 ** 3;
/** How much longer than its processor time a test may take by the clock. */
const MOST_WAITING = 10;

const progress = workerData as Progress;
let test = -1;
let since = 0;
let before = process.cpuUsage();

setInterval(() => {
  const most = progress[1] ?? 0;
  if (progress[0] !== test || most === 0) {
    test = progress[0] ?? 0;
    since = performance.now();
    before = process.cpuUsage();
  }
  // The processor time counts, for the machine may have other work.
  const { user, system } = process.cpuUsage(before);
  const hangs = most > 0 && ((user + system) / 1000 > most || performance.now() - since > MOST_WAITING * most);
  if (hangs || process.memoryUsage.rss() > MOST_MEMORY) process.kill(process.pid, 'SIGKILL');
}, TICK);
