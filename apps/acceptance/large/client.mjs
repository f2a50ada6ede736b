// Opens one connection; see side.mjs. Arguments: the bytes to send, and the URL.

import { connect } from '@framewire/node-client';
import { exchange } from './side.mjs';

const [, , size, url] = process.argv;
const connection = await connect(url, { maxStreamedMessageSize: 2 ** 40 });
console.log(JSON.stringify(await exchange(connection, Number(size))));
const { code } = await connection.close();
process.exit(code === 1000 ? 0 : 1);
