// Section client-handshake: the request of clients, and responses they must accept, must refuse, or must survive.

import type { Section } from '../../case.ts';
import { redirects } from './client-redirects.ts';
import { clientRequest } from './client-request.ts';
import { acceptedResponses, wrongResponses } from './client-response.ts';
import { family } from './family.ts';

export const clientHandshakes: Section = {
  id: 'client-handshake',
  title: 'The opening handshake of clients',
  cases: [
    ...family('client-handshake.1', clientRequest),
    ...family('client-handshake.2', acceptedResponses),
    ...family('client-handshake.3', wrongResponses),
    ...family('client-handshake.4', redirects),
  ],
};
