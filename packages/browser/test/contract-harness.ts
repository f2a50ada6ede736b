// The contract suite's harness for this package, in a page and in Node: the runtime's own WebSocket, to a session of the contract server.

import type { Connection } from '@framewire/connection';
import type { ContractHarness } from '@framewire/testing/contract';
import { connect, withProbe, withStreams } from '../src/index.ts';
import { RemotePeer } from './remote-peer.ts';

const SUBPROTOCOL = 'contract.framewire';
const RECEIVE_LIMIT = 4 * 1024 * 1024;

/**
 * @param server says the address of the contract server, once tests run
 * @param losesByteOrderMark whether this runtime's WebSocket does
 * @param wrap what is put around the connection
 */
export function nativeHarness(
  server: () => string,
  losesByteOrderMark = false,
  wrap: (connection: Connection) => Connection = (connection) => connection,
): ContractHarness {
  return {
    kind: 'browser',
    losesByteOrderMark,
    receiveLimit: RECEIVE_LIMIT,
    async open() {
      const peer = new RemotePeer(server());
      const url = server() + (await peer.path);
      const native = await connect(url, { subprotocols: [SUBPROTOCOL], maxReceiveQueue: RECEIVE_LIMIT });
      const connection = withStreams(wrap(native));
      return { connection, peer, url, subprotocol: SUBPROTOCOL, dispose: () => peer.dispose() };
    },
  };
}

/** The same with a probe, of which nothing is to be seen. */
export function probedHarness(server: () => string, losesByteOrderMark = false): ContractHarness {
  const probe = { message: 'ping', isAnswer: () => false, maxReceiveQueue: RECEIVE_LIMIT };
  return nativeHarness(server, losesByteOrderMark, (connection) => withProbe(connection, probe));
}
