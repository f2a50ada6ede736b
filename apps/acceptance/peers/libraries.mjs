// What is special to each library of npm, the same for its clients and servers.

import { begin, browserLike, LARGEST, MOST_FRAGMENTS, pieces } from './acts.mjs';

/** Makes a socket of `ws`, open or about to be, play its part. */
export function ofWs(path, socket) {
  return browserLike(path, socket, {
    ping: (text) => socket.ping(text),
    sendInFragments: (message) => {
      const binary = typeof message !== 'string';
      const all = pieces(Buffer.from(message));
      for (const [at, piece] of all.entries()) socket.send(piece, { binary, fin: at === all.length - 1 });
    },
  });
}

/** Makes a socket of `faye-websocket` play its part. */
export function ofFaye(path, socket) {
  const send = (message) => socket.send(typeof message === 'string' ? message : Buffer.from(message));
  return browserLike(path, socket, { send, ping: (text) => socket.ping(text) });
}

/** Options of a client or server of `websocket`: it cuts whatever is longer than the threshold into frames of that size. */
export const OPTIONS_OF_WEBSOCKET = {
  maxReceivedFrameSize: LARGEST,
  maxReceivedMessageSize: LARGEST,
  fragmentOutgoingMessages: true,
  fragmentationThreshold: 16 * 1024,
};

/** Makes an open connection of `websocket` play its part. */
export function ofWebsocket(path, connection) {
  const send = (message) => (typeof message === 'string' ? connection.sendUTF(message) : connection.sendBytes(message));
  const reply = begin(path, {
    send,
    sendInFragments: send,
    ping: (text) => connection.ping(text),
    close: (code, reason) => connection.close(code, reason),
  });
  connection.on('message', ({ utf8Data, binaryData }) => reply(utf8Data ?? binaryData));
  let error;
  connection.on('error', ({ message }) => {
    error = message;
  });
  return new Promise((resolve) => {
    connection.on('close', (code, reason) => resolve({ path, code, reason, error }));
  });
}

/** Options for both sides of ours. */
export const OPTIONS_OF_OURS = {
  maxMessageSize: LARGEST,
  maxFragments: MOST_FRAGMENTS,
  maxSendQueue: 8 * LARGEST,
  deflate: true,
};

/** Makes an open connection of ours play its part. */
export async function ofOurs(path, connection) {
  const send = (message) => connection.send(message);
  const reply = begin(path, {
    send,
    sendInFragments: (message) => {
      const type = typeof message === 'string' ? 'text' : 'binary';
      return connection.sendStream(pieces(Buffer.from(message)), { type });
    },
    ping: () => connection.ping().catch(() => undefined),
    close: (code, reason) => connection.close(code, reason),
  });
  connection.listen({ message: (message) => reply(message) });
  const { code, reason, error } = await connection.closed;
  return { path, code, reason, error: error?.message };
}
