// Section server-handshake: requests that servers must accept, must refuse, or must survive.

import type { Section } from '../../case.ts';
import { family } from './family.ts';
import { hostAndUpgrade, keyAndVersion, requestLine } from './server-request.ts';
import { smuggling } from './server-smuggling.ts';
import { heads, offered, targets } from './server-targets.ts';

export const serverHandshakes: Section = {
  id: 'server-handshake',
  title: 'The opening handshake of servers',
  cases: [
    ...family('server-handshake.1', requestLine),
    ...family('server-handshake.2', hostAndUpgrade),
    ...family('server-handshake.3', keyAndVersion),
    ...family('server-handshake.4', targets),
    ...family('server-handshake.5', offered),
    ...family('server-handshake.6', heads),
    ...family('server-handshake.7', smuggling),
  ],
};
