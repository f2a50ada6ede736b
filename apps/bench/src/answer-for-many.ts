// A program that holds a load for each server under test, of which one at a time is kept busy.

import { answer } from './answer.ts';

/** Keeps a server busy between start and stop. */
interface Load {
  start(): void;
  /** Resolves with how much was done since the start, when nothing is under way any more. */
  stop(): Promise<number>;
  close(): void;
}

/** What every question says first: which server. */
interface Named {
  readonly name: string;
}

/** Answers `connect`, with what `connect` takes and the server's name; and `start`, `stop` and `close`, with the name. */
export function answerForMany<Options>(connect: (options: Options) => Promise<Load>): void {
  const loads = new Map<string, Load>();
  const of = (name: string): Load => {
    const load = loads.get(name);
    if (load === undefined) throw new Error(`Not connected to ${name}.`);
    return load;
  };
  answer({
    connect: async (options: Options & Named) => {
      loads.set(options.name, await connect(options));
    },
    start: (name: string) => of(name).start(),
    stop: (name: string) => of(name).stop(),
    close: (name: string) => {
      of(name).close();
      loads.delete(name);
    },
  });
}
