// A client of ours that a tester walks through its cases. Arguments: the tester's URL, the agent's name, and a kind of compression (options.mjs).

import { connect } from '@framewire/node-client';
import { COMPRESSION, LIMITS } from './options.mjs';

const AT_A_TIME = 8;

const [, , url, agent, compression] = process.argv;
const options = { ...LIMITS, ...COMPRESSION[compression], tls: { rejectUnauthorized: false } };

/** Echoes until the connection ends, however it ends. */
async function echo(path) {
  try {
    const connection = await connect(`${url}${path}`, options);
    for await (const message of connection) if (!connection.send(message)) await connection.drained();
  } catch {
    // The tester knows.
  }
}

async function ask(path) {
  const connection = await connect(`${url}${path}`, options);
  let answer;
  for await (const message of connection) answer = message;
  return answer;
}

const count = Number(await ask('/count'));
let next = 1;
async function work() {
  while (next <= count) await echo(`/case/${next++}?agent=${agent}`);
}
await Promise.all(Array.from({ length: AT_A_TIME }, work));
await ask(`/report?agent=${agent}`);
