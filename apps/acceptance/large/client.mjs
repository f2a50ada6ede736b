// Opens one connection; see side.mjs. Arguments: the bytes to send, and the URL.

import { connect } from '@framewire/node-client';
import { exchange } from './side.mjs';

const [, , size, url] = process.argv;
const connection = await connect(url, { maxStreamedMessageSize: 2 ** 40 });
const report = await exchange(connection, Number(size));
const { code } = await connection.close();
// The process is stopped when this was read: process.exit of Node 24 may wait for ever for a thread of V8 that collects garbage.
console.log(JSON.stringify({ ...report, code }));
