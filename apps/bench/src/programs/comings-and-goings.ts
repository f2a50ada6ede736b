// Opens and closes connections to one server at a time.

import { answer } from '../answer.ts';
import { ComingsAndGoings, type ComingsAndGoingsOptions } from '../comings-and-goings.ts';
import { quantile } from '../statistics.ts';

let load: ComingsAndGoings | undefined;

answer({
  start: (options: ComingsAndGoingsOptions) => {
    load = new ComingsAndGoings(options);
    load.start();
  },
  stop: async () => {
    const times = (await load?.stop()) ?? [];
    times.sort((a, b) => a - b);
    return { count: times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
  },
});
