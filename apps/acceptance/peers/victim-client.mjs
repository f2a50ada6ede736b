// A process with clients of ours that get what they should not. Told over the channel of its parent where to connect; says what its
// application hears, if it is one that listens. The other kinds look at nothing, or only send back what comes.

import { connect } from '@framewire/node-client';
import { plainClosure, plainError } from './plain-error.mjs';

process.on('disconnect', () => process.exit());

async function told(url, options) {
  let connection;
  try {
    connection = await connect(url, options);
  } catch (error) {
    process.send({ kind: 'refused', error: plainError(error) });
    return;
  }
  const messages = [];
  let thrown;
  try {
    for await (const message of connection) messages.push(message);
  } catch (error) {
    thrown = error;
  }
  process.send({
    kind: 'closed',
    messages,
    thrown: plainError(thrown),
    closure: plainClosure(await connection.closed),
  });
}

async function untold(url, options) {
  // Without this line the process would end: what a promise rejects with is its owner's to handle.
  await connect(url, options).catch(() => undefined);
}

async function echo(url) {
  const connection = await connect(url);
  connection.listen({ message: (message) => void connection.send(message) });
}

process.on('message', ({ url, application, options }) => {
  if (application === 'told') void told(url, options);
  else if (application === 'untold') void untold(url, options);
  else void echo(url);
});
