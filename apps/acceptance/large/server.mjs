// Serves one connection; see side.mjs. Arguments: the bytes to send.

import { serve } from '@framewire/node-server';
import '../peers/end-with-parent.mjs';
import { exchange } from './side.mjs';

const size = Number(process.argv[2]);
const server = await serve(
  async (connection) => {
    console.log(JSON.stringify(await exchange(connection, size)));
    await connection.closed;
    await server.close();
    process.exit(0);
  },
  { port: 0, host: '127.0.0.1', maxStreamedMessageSize: 2 ** 40 },
);
console.log(server.url);
