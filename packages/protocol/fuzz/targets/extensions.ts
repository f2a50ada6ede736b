// Whatever stands in Sec-WebSocket-Extensions is either refused or read as ws reads it; what was read can be written and read again; and
// what a server accepts of it is what its client can confirm (RFC 6455, section 9.1).

import { extension as ws } from 'ws';
import { acceptOffers, confirmAnswer } from '../../src/handshake/extensions.ts';
import { type ExtensionOffer, formatExtensions, parseExtensions } from '../../src/handshake/fields.ts';
import { toyClient, toyServer } from '../../test/handshake/toy-extension.ts';
import { holds, same } from '../invariant.ts';
import type { Random } from '../random.ts';
import { latin1, type Target } from '../target.ts';

const WORDS = [
  'toy',
  'other',
  'permessage-deflate',
  'level',
  'level=2',
  'x',
  '__proto__',
  'client_max_window_bits',
  '"10"',
  '"\\1"',
  '3',
];
const MARKS = [';', '; ', ',', ', ', '=', '"', '\\', ' ', '\t', '\n', ',,'];

const servers = [toyServer('toy', 2, true), toyServer('other', 3, true), toyServer('third', 3)];
const clients = [toyClient('toy', [1, 2], true), toyClient('other', [1, 2, 3], true), toyClient('third', [1, 2, 3])];

/** How ws tells of a list: by name, and each parameter by its name. */
function asWs(offers: readonly ExtensionOffer[]): unknown {
  return grouped(offers.map(({ name, params }) => [name, grouped(params)]));
}

function grouped(pairs: readonly (readonly [name: string, value: unknown])[]): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = Object.create(null);
  for (const [name, value] of pairs) groups[name] = [...(groups[name] ?? []), value];
  return groups;
}

function wsReads(value: string): unknown {
  try {
    return ws.parse(value);
  } catch {
    return undefined;
  }
}

function generateText(random: Random): string {
  let text = '';
  for (let count = random.below(12); count > 0; count--)
    text += random.pick(WORDS) + (random.oneIn(3) ? '' : random.pick(MARKS));
  return text;
}

export const extensions: Target = {
  maxLength: 2000,
  dictionary: [...WORDS, ...MARKS, '; level=1', 'toy; level=2, other; level=3'],
  generate: (random) => latin1(generateText(random)),

  run: (bytes) => {
    // A line feed cannot stand in a field, so it parts fields here.
    const values = Buffer.from(bytes).toString('latin1').split('\n');
    const offers = parseExtensions(values);
    const [only = ''] = values;
    const theirs = values.length === 1 ? wsReads(only) : undefined;
    if (offers === undefined) {
      same('what ws reads, we read', theirs, undefined);
      return 'refused';
    }
    // ws refuses empty elements and space at the ends and around `=`, which lists may have (RFC 9110, section 5.6.1).
    if (theirs !== undefined) same('it is what ws reads', asWs(offers), theirs);
    const text = formatExtensions(offers);
    same('written and read again', parseExtensions([text]), offers);
    same('written, ws reads it', wsReads(text), asWs(offers));
    const accepted = acceptOffers(offers, servers);
    const confirmed = confirmAnswer(accepted, clients);
    same('what is accepted can be confirmed', confirmed, accepted);
    holds('each is accepted once', new Set(accepted.map(({ name }) => name)).size === accepted.length, () => text);
    return `${Math.min(offers.length, 4)} offers, ${accepted.map(({ name }) => name).join()}`;
  },
};
