// Section 12: permessage-deflate with what it is mostly used with, and five kinds of content.

import type { DeflateNeed, Section } from '../case.ts';
import { compressedEchoes } from './compressed-echo.ts';
import type { ContentKind } from './content.ts';

/**
 * Nothing is demanded, and the endpoint may set every limit. `client_no_context_takeover` is left out of the offer, though it would only
 * be a hint: a client that gives it keeps to it (RFC 7692, section 7.1.1.2), and then no server would have to keep a context.
 */
const NEED: DeflateNeed = { offers: [{ clientMaxWindowBits: true }], answers: [{}], grants: true };

const CONTENTS: readonly (readonly [kind: ContentKind, name: string])[] = [
  ['json', 'a large JSON document'],
  ['picture', 'a grey picture with noise'],
  ['prose', 'prose in UTF-8'],
  ['source', 'source code'],
  ['document', 'a document with compressed parts'],
];

export const section12: Section = {
  id: '12',
  title: 'Compression of different contents',
  cases: CONTENTS.flatMap(([kind, name], index) =>
    compressedEchoes({ id: `12.${index + 1}`, kind, name, need: NEED, negotiation: 'with nothing demanded' }),
  ),
};
