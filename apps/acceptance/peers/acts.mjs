// What a peer does, the same in every language, so that one set of scenarios serves every peer in both roles. Each connection has a path, and
// its last part is the act:
//
//   echo        sends every message back as it came
//   fragments   does so in at least three frames
//   ping        sends a Ping at once, and then echoes
//   close-CODE  closes at once, with this code and the reason "fin 👋"; without a reason if the code is 1000
//
// A client gets its URLs as arguments and opens one after the other. A server listens on the address 127.0.0.1 and prints its port. Both print a
// line of JSON for each connection that has ended: the path, and what the peer's Close said.

const REASON = 'fin \u{1f44b}';
const PING = 'are you there?';
/** The largest message a peer must take. */
export const LARGEST = 32 * 1024 * 1024;
/** The most fragments, where a library counts them. */
export const MOST_FRAGMENTS = 100_000;

/**
 * Begins the act of an open connection, and returns what to do with each message.
 *
 * @param {string} path
 * @param {object} connection what it can do; no scenario asks for what the library cannot
 */
export function begin(path, { send, sendInFragments, ping, close }) {
  const act = path.slice(path.lastIndexOf('/') + 1);
  if (act === 'ping') ping(PING);
  if (act.startsWith('close-')) {
    const code = Number(act.slice('close-'.length));
    close(code, code === 1000 ? '' : REASON);
  }
  return act === 'fragments' ? sendInFragments : send;
}

/**
 * Four pieces, wherever they are cut.
 *
 * @param {Uint8Array} bytes
 */
export function pieces(bytes) {
  const size = Math.ceil(bytes.length / 4);
  return [0, 1, 2, 3].map((at) => bytes.subarray(at * size, (at + 1) * size));
}

/**
 * Begins the act of a socket with the API of the browsers.
 *
 * @param {string} path
 * @param {WebSocket} socket open or about to be
 * @param {object} [more] what it can do beyond that API
 * @returns {Promise<object>} what it saw, when it has closed
 */
export function browserLike(path, socket, more = {}) {
  socket.binaryType = 'arraybuffer';
  let reply;
  const open = () => {
    const send = (message) => socket.send(message);
    reply = begin(path, { send, close: (code, reason) => socket.close(code, reason), ...more });
  };
  if (socket.readyState === 1) open();
  else socket.onopen = open;
  let error;
  socket.onerror = (event) => {
    error = event.message ?? event.error?.message ?? 'an error event';
  };
  socket.onmessage = ({ data }) => reply(data);
  return new Promise((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ path, code, reason, error });
  });
}
