// A client under test by our server: connects with the runtime's own WebSocket (or, with `ws` as first argument, that package's), sends every
// payload of the script at once, and checks that each comes back as it was. Runs on Node 22 and newer, Bun and Deno. Prints one line of JSON.

import './end-with-parent.mjs';
import { payloads, same } from './payloads.mjs';

const [kind, url] = globalThis.Deno?.args ?? process.argv.slice(2);
const WebSocket = kind === 'ws' ? (await import('ws')).WebSocket : globalThis.WebSocket;

// Node's WebSocket (undici) takes a leading U+FEFF of a text for a byte order mark and drops it; all others keep it.
const dropsBom = globalThis.process?.release?.name === 'node' && !globalThis.Bun && !globalThis.Deno && kind !== 'ws';
const sent = payloads().filter((payload) => !(dropsBom && String(payload).startsWith('\ufeff')));
const socket = new WebSocket(url);
socket.binaryType = 'arraybuffer';
let received = 0;
const finish = (result) => {
  console.log(JSON.stringify(result));
  (globalThis.Deno ?? process).exit(0);
};

socket.onopen = () => {
  for (const payload of sent) socket.send(payload);
};
socket.onmessage = ({ data }) => {
  const wanted = sent[received];
  if (!same(data, wanted)) finish({ ok: false, why: `message ${received} came back changed` });
  received += 1;
  if (received === sent.length) socket.close(3001, 'fin \u{1f44b}');
};
socket.onerror = (event) => finish({ ok: false, why: `error: ${event.message ?? event.type}` });
socket.onclose = ({ code, reason, wasClean }) => finish({ ok: received === sent.length, code, reason, wasClean });
