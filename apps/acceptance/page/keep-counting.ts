// Bundled into a page: says one number after another over a connection that is opened again whenever it is lost.

import { reconnect } from '@framewire/browser';

/** The numbers of the server's conversations in which it has answered. */
const conversations = new Set<number>();

async function keepCounting(): Promise<void> {
  const connection = reconnect('/', { baseDelay: 2, maxDelay: 20 });
  let said = 0;
  setInterval(() => void connection.send(String(said++)), 10);
  for await (const message of connection) conversations.add(Number(String(message).split(' ')[0]));
}

Object.assign(globalThis, {
  begin: () => void keepCounting(),
  hasBeenAnsweredIn: (count: number) => conversations.size >= count,
});
