// A server that compresses and gets bombs. First argument: its options, as JSON. Prints its port; then, for each line it reads, the most memory it
// ever had, in bytes.

import { createInterface } from 'node:readline';
import { serve } from '@framewire/node-server';

const server = await serve((connection) => connection.listen({ message: (message) => connection.send(message) }), {
  host: '127.0.0.1',
  port: 0,
  ...JSON.parse(process.argv[2] ?? '{}'),
});
console.log(server.address.port);

for await (const _ of createInterface({ input: process.stdin })) {
  console.log(process.resourceUsage().maxRSS * 1024);
}
process.exit();
