import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type ContractHarness, type ContractSession, describeConnectionContract } from '@framewire/testing/contract';
import { type Handler, type NodeConnection, serve, upgrade } from '../src/index.ts';
import { EndpointPeer } from './support/contract-peer.ts';
import { RawClient, request } from './support/raw-client.ts';

interface Started {
  readonly port: number;
  close(): Promise<void>;
}

/** A server that gives its connections to the suite. */
function harness(start: (handler: Handler) => Promise<Started>): ContractHarness {
  return {
    kind: 'node',
    async open(): Promise<ContractSession> {
      let take: (connection: NodeConnection) => void = () => {};
      const opened = new Promise<NodeConnection>((resolve) => {
        take = resolve;
      });
      // The handler stays until the suite is done with the connection, whatever that does.
      const started = await start(async (connection) => {
        take(connection);
        await connection.closed;
      });
      const socket = connect({ port: started.port, host: '127.0.0.1', noDelay: true });
      const client = await RawClient.over(socket);
      client.send(request({ 'Sec-WebSocket-Protocol': 'chat' }, 'GET /contract?a=1 HTTP/1.1'));
      await client.head();
      socket.removeAllListeners('data');
      return {
        connection: await opened,
        peer: new EndpointPeer(socket),
        url: 'ws://example.com/contract?a=1',
        subprotocol: 'chat',
        async dispose() {
          socket.destroy();
          await started.close();
        },
      };
    },
  };
}

describeConnectionContract(
  'A connection of serve()',
  harness(async (handler) => {
    const server = await serve(handler, { port: 0, host: '127.0.0.1', subprotocols: ['chat'], onError: () => {} });
    return { port: (server.address as AddressInfo).port, close: () => server.close({ deadline: 0 }) };
  }),
);

describeConnectionContract(
  'A connection of serve() that shares its reads',
  harness(async (handler) => {
    const options = { port: 0, host: '127.0.0.1', subprotocols: ['chat'], onError: () => {}, unstableSharedRead: true };
    const server = await serve(handler, options);
    return { port: (server.address as AddressInfo).port, close: () => server.close({ deadline: 0 }) };
  }),
);

describeConnectionContract(
  'A connection of upgrade()',
  harness(async (handler) => {
    const http = createServer();
    const server = upgrade(http, handler, { subprotocols: ['chat'], onError: () => {} });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return {
      port: (http.address() as AddressInfo).port,
      async close() {
        await server.close({ deadline: 0 });
        http.close();
      },
    };
  }),
);
