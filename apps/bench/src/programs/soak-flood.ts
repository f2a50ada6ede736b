// The peer that floods.

import { answer } from '../answer.ts';
import { Flooder } from '../soak/flooder.ts';

let flooder: Flooder | undefined;

answer({
  start: async ({ port, size }: { readonly port: number; readonly size: number }) => {
    flooder = await Flooder.connect(port);
    flooder.start(size);
  },
  stop: () => {
    const received = flooder?.stop();
    flooder?.close();
    return received;
  },
});
