// The request a client under test writes, and the randomness of its keys (RFC 6455, sections 4.1, 5.3 and 10.3).

import type { ClientWire } from '../../client-wire.ts';
import { CaseFailure, NotSupported } from '../../failure.ts';
import { parseExtensions } from '../../wire/deflate-parameters.ts';
import { ping } from '../../wire/frame.ts';
import { listOf, valuesOf } from '../../wire/head.ts';
import { clientHandshake, frames, type Unnumbered } from './family.ts';

/** `fault` ends a sentence that says what came instead. */
function judged(
  title: string,
  rfc: string,
  expectation: string,
  fault: (wire: ClientWire) => string | undefined,
): Unnumbered {
  return clientHandshake({
    title,
    expectation,
    rfc,
    async run(wire) {
      const wrong = fault(wire);
      if (wrong !== undefined) throw new CaseFailure(`${expectation.slice(0, -1)}, but it wrote ${wrong}.`);
      await wire.open().finish();
    },
  });
}

function only(wire: ClientWire, name: string): string | undefined {
  const values = wire.values(name);
  return values.length === 1 ? values[0] : undefined;
}

const ONCE: readonly string[] = ['Host', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Origin'];
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HOST = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]]+)(?::\d{1,5})?$/;
const ENOUGH = 24;

export const clientRequest: readonly Unnumbered[] = [
  judged(
    'The request line',
    '6455 4.1',
    'The client asks with GET and HTTP/1.1.',
    ({ request: { method, version } }) =>
      method === 'GET' && version === 'HTTP/1.1' ? undefined : `${method} and ${version}`,
  ),
  judged(
    'The target',
    '6455 3',
    'The client asks for the path and query of the URL, without a fragment.',
    ({ request: { target } }) => (/^\/case\/\d+(?:\?[^#\s]*)?$/.test(target) ? undefined : `“${target}”`),
  ),
  judged('The field Host', '6455 4.1', 'The client says Host once, a name or an address and a port.', (wire) => {
    const host = only(wire, 'host');
    return host !== undefined && HOST.test(host) ? undefined : `“${wire.values('host').join(', ')}”`;
  }),
  judged('The field Upgrade', '6455 4.1', 'The client says “websocket” in Upgrade.', ({ request }) =>
    listOf(request.fields, 'upgrade').includes('websocket')
      ? undefined
      : `“${valuesOf(request.fields, 'upgrade').join(', ')}”`,
  ),
  judged('The field Connection', '6455 4.1', 'The client says “Upgrade” in Connection.', ({ request }) =>
    listOf(request.fields, 'connection').includes('upgrade')
      ? undefined
      : `“${valuesOf(request.fields, 'connection').join(', ')}”`,
  ),
  judged('The field Sec-WebSocket-Version', '6455 4.1', 'The client says Sec-WebSocket-Version: 13 once.', (wire) =>
    only(wire, 'sec-websocket-version') === '13' ? undefined : `“${wire.values('sec-websocket-version').join(', ')}”`,
  ),
  judged(
    'The field Sec-WebSocket-Key',
    '6455 4.1',
    'The client says Sec-WebSocket-Key once, 16 octets in base64.',
    (wire) => {
      const key = only(wire, 'sec-websocket-key') ?? '';
      const octets = Buffer.from(key, 'base64');
      return octets.length === 16 && octets.toString('base64') === key
        ? undefined
        : `“${wire.values('sec-websocket-key').join(', ')}”`;
    },
  ),
  judged(
    'Fields that may come once',
    '6455 11.3',
    'The client writes no field twice that may come only once.',
    (wire) => {
      const doubled = ONCE.find((name) => wire.values(name).length > 1);
      return doubled && `${doubled} ${wire.values(doubled).length} times`;
    },
  ),
  judged('No body', '6455 4.1', 'The client announces no body.', (wire) => {
    const length = wire.values('content-length').join();
    if (wire.values('transfer-encoding').length > 0) return 'Transfer-Encoding';
    return length === '' || length === '0' ? undefined : `Content-Length: ${length}`;
  }),
  judged('No field of responses', '6455 11.3.3', 'The client writes no Sec-WebSocket-Accept.', (wire) =>
    wire.values('sec-websocket-accept').length === 0 ? undefined : 'one',
  ),
  judged(
    'The field Sec-WebSocket-Protocol',
    '6455 4.1',
    'The client asks for subprotocols that are tokens, each once, or for none.',
    (wire) => {
      if (wire.values('sec-websocket-protocol').length === 0) return undefined;
      const asked = wire.subprotocols;
      const wrong = asked.find((one, index) => !TOKEN.test(one) || asked.indexOf(one) !== index);
      return wrong === undefined ? undefined : `“${wrong}”`;
    },
  ),
  judged(
    'The field Sec-WebSocket-Extensions',
    '6455 9.1',
    'The client offers extensions by the grammar, or none.',
    (wire) => {
      const value = wire.values('sec-websocket-extensions').join(', ');
      return value === '' || parseExtensions(value) !== undefined ? undefined : `“${value}”`;
    },
  ),
  clientHandshake({
    title: 'Nothing before the response',
    expectation: 'The client waits for the response before it sends anything behind its request.',
    rfc: '6455 4.1',
    async run(wire) {
      await wire.expectSilence(150);
      await wire.open().finish();
    },
  }),
  clientHandshake({
    title: 'The key of this connection and of those before',
    expectation: 'The client picks a new random Sec-WebSocket-Key for each connection.',
    rfc: '6455 4.1',
    async run(wire) {
      const [key = ''] = wire.values('sec-websocket-key');
      if (wire.earlierKeys.size === 0) throw new NotSupported('This is the first connection of the client.');
      if (wire.earlierKeys.has(key)) {
        throw new CaseFailure(`Expected a new Sec-WebSocket-Key, and received “${key}”, as on a connection before.`);
      }
      await wire.open().finish();
    },
  }),
  frames({
    title: `The masking keys of ${ENOUGH} Pongs`,
    expectation: 'The client picks a new random masking key for each frame.',
    rfc: '6455 5.3',
    endpoint: 'client',
    async run(peer) {
      for (let count = 0; count < ENOUGH; count++) {
        peer.send(ping(`${count}`));
        await peer.expectPong(`${count}`);
      }
      const keys = peer.maskingKeys;
      if (new Set(keys).size < keys.length) {
        throw new CaseFailure(
          `Expected ${keys.length} masking keys that differ, and received ${new Set(keys).size} different ones.`,
        );
      }
      await peer.finish();
    },
  }),
  frames({
    title: `The masking keys of ${ENOUGH} equal messages`,
    expectation:
      'The client picks a new random masking key for each frame, not one that follows from the last or from the payload.',
    rfc: '6455 5.3',
    endpoint: 'client',
    async run(peer) {
      for (let count = 0; count < ENOUGH; count++) {
        peer.binary('same');
        await peer.expectBinary('same');
      }
      const keys = peer.maskingKeys.map((key) => Number.parseInt(key, 16));
      const steps = keys.slice(1).map((key, index) => (key - (keys[index] ?? 0)) >>> 0);
      if (new Set(keys).size < keys.length || new Set(steps).size < steps.length / 2) {
        throw new CaseFailure(
          `Expected ${keys.length} masking keys without a pattern, and received ${peer.maskingKeys.join(' ')}.`,
        );
      }
      await peer.finish();
    },
  }),
];
