// The echo server of framewire.mjs, looked at. First argument: `metrics`, read and formatted ten times a second, which is far more often than any
// scraper; `events`, a subscriber on each channel but those of messages; or `messages`, on all channels. Subscribers count, and nothing more.

import { subscribe } from 'node:diagnostics_channel';
import process from 'node:process';
import { formatMetrics, serve } from '@framewire/node-server';
import { announce } from './control.mjs';
import { versionOf } from './version.mjs';

const how = process.argv[2];
const events = ['connection:opened', 'connection:closed', 'connection:refused', 'limit', 'error'];
const channels = { metrics: [], events, messages: [...events, 'message:received', 'message:sent'] }[how];
if (channels === undefined) throw new Error(`It must be metrics, events or messages, not ${how}.`);

let told = 0;
for (const name of channels) {
  subscribe(`framewire:${name}`, () => {
    told++;
  });
}

const server = await serve(
  (connection) => {
    connection.listen({
      message(message) {
        connection.send(message);
      },
    });
  },
  { host: '127.0.0.1', port: 0, maxMessageSize: 32 * 1024 * 1024 },
);

let read = 0;
if (how === 'metrics') {
  setInterval(() => {
    read += formatMetrics(server.metrics()).length;
  }, 100);
}

announce(server.address.port, versionOf('@framewire/node-server'), { seen: () => ({ told, read }) });
