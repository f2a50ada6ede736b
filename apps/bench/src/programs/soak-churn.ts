// Clients that come and go. Their process is looked at as well: our client is in it.

import { answer } from '../answer.ts';
import { ChurnLoad, type ChurnOptions } from '../soak/churn-load.ts';
import { objectCensus } from '../soak/object-census.ts';
import { processHealth } from '../soak/process-health.ts';

let load: ChurnLoad | undefined;

answer({
  start: (options: ChurnOptions) => {
    load = new ChurnLoad(options);
    load.start();
  },
  state: () => load?.state(),
  pause: () => load?.pause(),
  resume: () => load?.resume(),
  stop: () => load?.stop(),
  health: processHealth,
  census: objectCensus,
});
