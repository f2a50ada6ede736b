// Serves one connection; see side.mjs. Arguments: the bytes to send.

import { serve } from '@framewire/node-server';
import '../peers/end-with-parent.mjs';
import { exchange } from './side.mjs';

const size = Number(process.argv[2]);
const server = await serve(
  async (connection) => {
    const report = await exchange(connection, size);
    const { code } = await connection.closed;
    console.log(JSON.stringify({ ...report, code }));
  },
  { port: 0, host: '127.0.0.1', maxStreamedMessageSize: 2 ** 40 },
);
console.log(server.url);
