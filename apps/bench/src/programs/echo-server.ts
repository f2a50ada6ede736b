// What a client under test talks to: our server, which echoes, on the load's core.

import type { AddressInfo } from 'node:net';
import { serve } from '@framewire/node-server';
import { answer } from '../answer.ts';

const server = await serve((connection) => connection.listen({ message: (message) => void connection.send(message) }), {
  host: '127.0.0.1',
  port: 0,
});
answer({}, { listening: (server.address as AddressInfo).port });
