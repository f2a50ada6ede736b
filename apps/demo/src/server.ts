import { createServer } from 'node:http';

const server = createServer((_request, response) => response.end('Framewire demo'));
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    console.log(`Framewire demo: http://${address.address}:${address.port}/`);
  }
});
