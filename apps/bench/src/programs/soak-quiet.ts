// The client that is quiet while another floods.

import { answer } from '../answer.ts';
import { QuietClient } from '../soak/quiet-client.ts';

let client: QuietClient | undefined;

answer({
  connect: async (port: number) => {
    client = await QuietClient.connect(port);
  },
  measure: ({ milliseconds, every }: { readonly milliseconds: number; readonly every: number }) =>
    client?.measure(milliseconds, every),
});
