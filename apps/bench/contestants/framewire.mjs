// An echo server with Framewire, as its users write the shortest one with a listener.

import process from 'node:process';
import { serve } from '@framewire/node-server';
import { announce } from './control.mjs';
import { versionOf } from './version.mjs';

/** As much as the largest message measured; the default is less. */
const maxMessageSize = 32 * 1024 * 1024;
const unstableSharedRead = process.argv.includes('shared-read');

const server = await serve(
  (connection) => {
    connection.listen({
      message(message) {
        connection.send(message);
      },
    });
  },
  { host: '127.0.0.1', port: 0, maxMessageSize, ...(unstableSharedRead ? { unstableSharedRead } : {}) },
);

announce(server.address.port, versionOf('@framewire/node-server'));
