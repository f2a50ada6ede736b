// The peer that floods. It shares its core with the quiet one, whose turn shall not depend on how busy it is: that is the server's to show.

import { constants, setPriority } from 'node:os';
import { answer } from '../answer.ts';
import { Flooder } from '../soak/flooder.ts';

setPriority(constants.priority.PRIORITY_LOW);

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
