// Whatever stands in Sec-WebSocket-Extensions is either refused or read as ws reads it; what was read can be written and read again; and
// what a server accepts of it is what its client can confirm (RFC 6455, section 9.1). So does permessage-deflate, by the rules of its own.

import { extension as ws } from 'ws';
import { acceptOffers, confirmAnswer } from '../../src/handshake/extensions.ts';
import {
  type ExtensionOffer,
  type ExtensionParams,
  formatExtensions,
  parseExtensions,
} from '../../src/handshake/fields.ts';
import {
  agreedDeflate,
  type DeflatePolicy,
  PERMESSAGE_DEFLATE,
  permessageDeflateClient,
  permessageDeflateServer,
} from '../../src/permessage-deflate.ts';
import { toyClient, toyServer } from '../../test/handshake/toy-extension.ts';
import { holds, same } from '../invariant.ts';
import type { Random } from '../random.ts';
import { latin1, type Target } from '../target.ts';

const DEFLATE_WORDS = [
  'server_no_context_takeover',
  'client_no_context_takeover',
  'server_max_window_bits=8',
  'server_max_window_bits=10',
  'client_max_window_bits=12',
  'permessage-deflate; client_max_window_bits',
];
const WORDS = [
  ...DEFLATE_WORDS,
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
const POLICIES: readonly DeflatePolicy[] = [
  {},
  { serverNoContextTakeover: false, clientNoContextTakeover: false },
  { serverMaxWindowBits: 9, clientMaxWindowBits: 8 },
  { serverNoContextTakeover: false, serverMaxWindowBits: 12, clientMaxWindowBits: 11 },
];
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

/** The number a parameter has, or undefined where it is missing or has none. */
function bits(params: ExtensionParams, name: string): number | undefined {
  const value = params.find(([param]) => param === name)?.[1];
  return typeof value === 'string' ? Number(value) : undefined;
}

/** Every answer to an offer of permessage-deflate keeps to RFC 7692, sections 7.1.1 and 7.1.2; the client that made the offer confirms it. */
function checkDeflate(offer: ExtensionParams): string {
  const has = (name: string): boolean => offer.some(([param]) => param === name);
  const answers = POLICIES.map((policy) => permessageDeflateServer(policy).accept(offer));
  for (const [at, answer] of answers.entries()) {
    if (answer === undefined) continue;
    const told = (): string => `policy ${at} answers ${JSON.stringify(answer)}`;
    const agreed = agreedDeflate(answer);
    holds('what is asked for is granted', agreed.serverNoContextTakeover || !has('server_no_context_takeover'), told);
    const asked = bits(offer, 'server_max_window_bits');
    holds('the window is no larger than asked for', agreed.serverMaxWindowBits <= (asked ?? 15), told);
    holds('and that is said', asked === undefined || bits(answer, 'server_max_window_bits') !== undefined, told);
    const limited = bits(answer, 'client_max_window_bits');
    holds(
      'a client that cannot limit its window is not told to',
      limited === undefined || has('client_max_window_bits'),
      told,
    );
    holds('nor to enlarge it', (limited ?? 8) <= (bits(offer, 'client_max_window_bits') ?? 15), told);
    holds(
      'windows have 8 to 15 bits',
      Object.values(agreed).every((value) => value === !!value || (value >= 8 && value <= 15)),
      told,
    );
  }
  for (const policy of POLICIES) {
    const client = permessageDeflateClient(policy);
    if (!client.offers.some((own) => JSON.stringify(own) === JSON.stringify(offer))) continue;
    for (const answer of answers)
      holds('the client confirms', answer === undefined || client.confirm(answer), () => JSON.stringify(answer));
  }
  return answers.map((answer) => (answer === undefined ? '-' : answer.length)).join('');
}

/** Any answer either breaks the rules or can be agreed on. */
function checkConfirmed(answer: ExtensionParams): void {
  for (const policy of POLICIES) {
    if (permessageDeflateClient(policy).confirm(answer)) agreedDeflate(answer);
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
  dictionary: [...WORDS, ...MARKS, '; level=1', 'toy; level="\\2"', 'toy; level=2, other; level=3'],
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
    const deflate = offers.filter(({ name }) => name === PERMESSAGE_DEFLATE);
    const answers = deflate.map(({ params }) => checkDeflate(params));
    for (const { params } of deflate) checkConfirmed(params);
    return `${Math.min(offers.length, 4)} offers, ${answers[0] ?? ''}, ${accepted.map(({ name }) => name).join()}`;
  },
};
