// Holds the receivers of all servers, of which one at a time is kept busy.

import { answer } from '../answer.ts';
import { Receivers, type ReceiversOptions } from '../receivers.ts';

const groups = new Map<string, Receivers>();

answer({
  connect: async ({ name, ...options }: ReceiversOptions & { readonly name: string }) => {
    groups.set(name, await Receivers.connect(options));
  },
  start: (name: string) => of(name).start(),
  stop: (name: string) => of(name).stop(),
  close: (name: string) => {
    of(name).close();
    groups.delete(name);
  },
});

function of(name: string): Receivers {
  const group = groups.get(name);
  if (group === undefined) throw new Error(`Not connected to ${name}.`);
  return group;
}
