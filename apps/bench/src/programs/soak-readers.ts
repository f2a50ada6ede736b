// Reads a broadcast on thousands of connections.

import { answer } from '../answer.ts';
import { BroadcastReaders, type ReadersOptions } from '../soak/broadcast-readers.ts';

let readers: BroadcastReaders | undefined;

answer({
  open: async (options: ReadersOptions) => {
    readers = await BroadcastReaders.open(options);
  },
  stall: () => readers?.stall(),
  state: () => readers?.state(),
  close: () => readers?.close(),
});
