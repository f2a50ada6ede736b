// A process with servers of ours that get what they should not. Told over the channel of its parent which server to start; says what its
// application hears, if it is one that listens. The other kind is what a newcomer writes: an echo, and not one listener.

import { refuse, serve } from '@framewire/node-server';
import { plainClosure, plainError } from './plain-error.mjs';

process.on('disconnect', () => process.exit());

async function echo(connection) {
  for await (const message of connection) if (!connection.send(message)) await connection.drained();
}

async function told(connection) {
  const messages = [];
  let thrown;
  try {
    for await (const message of connection) messages.push(message);
  } catch (error) {
    thrown = error;
  }
  const closure = plainClosure(await connection.closed);
  process.send({ kind: 'closed', messages, thrown: plainError(thrown), closure });
}

process.on('message', async ({ id, isTold, options: { refuseWith, ...options } }) => {
  const listeners = isTold ? { onRefused: (error) => process.send({ kind: 'refused', error: plainError(error) }) } : {};
  const authorize = refuseWith === undefined ? {} : { authorize: () => refuse(refuseWith) };
  const server = await serve(isTold ? told : echo, {
    host: '127.0.0.1',
    port: 0,
    ...options,
    ...authorize,
    ...listeners,
  });
  process.send({ kind: 'listening', id, port: server.address.port });
});
