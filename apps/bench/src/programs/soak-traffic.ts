// Sends numbered messages at a steady rate.

import { answer } from '../answer.ts';
import { TrafficLoad, type TrafficOptions } from '../soak/traffic-load.ts';

let load: TrafficLoad | undefined;

answer({
  connect: async (options: TrafficOptions) => {
    load = await TrafficLoad.connect(options);
  },
  start: () => load?.start(),
  window: () => load?.window(),
  stop: () => load?.stop(),
});
