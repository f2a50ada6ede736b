// An echo server with Framewire, as its users write the shortest one with a listener.

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { serve } from '@framewire/node-server';
import { announce } from './control.mjs';
import { versionOf } from './version.mjs';

/** As much as the largest message measured; the default is less. */
const maxMessageSize = 32 * 1024 * 1024;
const sharedRead = process.argv.includes('shared-read');
// A version that does not know the option would ignore it, and be measured under a wrong name.
if (sharedRead && !declares('unstableSharedRead')) throw new Error('This version has no option unstableSharedRead.');

const server = await serve(
  (connection) => {
    connection.listen({
      message(message) {
        connection.send(message);
      },
    });
  },
  { host: '127.0.0.1', port: 0, maxMessageSize, ...(sharedRead ? { unstableSharedRead: true } : {}) },
);

announce(server.address.port, versionOf('@framewire/node-server'));

function declares(option) {
  return ['node-server', 'node-transport'].some((name) => {
    const declarations = new URL(`../node_modules/@framewire/${name}/dist/index.d.ts`, import.meta.url);
    return readFileSync(declarations, 'utf8').includes(option);
  });
}
