// Hubs without a server around them.

import { Hub } from '../../src/hub.ts';
import { type Handler, type HandshakeOptions, settleHandshake } from '../../src/options.ts';
import { echo } from './servers.ts';

export function makeHub(options: HandshakeOptions = {}, handler: Handler = echo): Hub<undefined> {
  return new Hub(handler, settleHandshake(options));
}
