// The process that keeps echo servers busy. It holds the connections to several, of which one at a time is measured.

import { answer } from '../answer.ts';
import { Load, type LoadOptions } from '../echo-load.ts';

const loads = new Map<string, Load>();

answer({
  connect: async ({ key, ...options }: LoadOptions & { readonly key: string }) => {
    loads.get(key)?.close();
    loads.set(key, await Load.connect(options));
  },
  run: ({ key, time }: { readonly key: string; readonly time: number }) => of(key).run(time),
  disconnect: (key: string) => {
    loads.get(key)?.close();
    loads.delete(key);
  },
});

function of(key: string): Load {
  const load = loads.get(key);
  if (load === undefined) throw new Error(`Not connected to ${key}.`);
  return load;
}
