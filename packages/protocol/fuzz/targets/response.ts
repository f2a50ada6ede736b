// Whatever bytes a server answers with, a client refuses them with a HandshakeError that holds the response, or agrees on no more than it
// offered (RFC 6455, section 4.1).

import { HandshakeError } from '../../src/errors.ts';
import { fieldValues } from '../../src/handshake/fields.ts';
import { encodeResponseHead, type ResponseHead } from '../../src/handshake/head.ts';
import { buildRequest, type Offer } from '../../src/handshake/request.ts';
import { type Agreement, checkResponse } from '../../src/handshake/response.ts';
import { toyClient } from '../../test/handshake/toy-extension.ts';
import { KEY, RESPONSE_WORDS, responseText } from '../head-text.ts';
import { decodeResponse, isResponse } from '../heads.ts';
import { holds, same } from '../invariant.ts';
import { Input, latin1, type Target, withChoices } from '../target.ts';

const toys = [toyClient('toy', [1, 2], true), toyClient('other', [1, 2, 3], true)];
const OFFERS: readonly Offer[] = [
  { host: 'example.com', key: KEY },
  { host: 'example.com', key: KEY, subprotocols: ['chat', 'superchat'], extensions: toys },
  { host: 'example.com', key: KEY, subprotocols: ['mqtt'], requireSubprotocol: true },
  { host: 'example.com', key: KEY, extensions: toys.slice(1), requireSubprotocol: true },
];
for (const offer of OFFERS) buildRequest(offer);

function checkAgreement(
  { subprotocol, extensions }: Agreement,
  offer: Offer,
  { status, fields }: ResponseHead,
): string {
  same('the status', status, 101);
  // Two answers to one question would be read differently by two readers.
  for (const name of ['upgrade', 'sec-websocket-accept']) same('it is said once', fieldValues(fields, name).length, 1);
  holds(
    'the subprotocol was offered',
    subprotocol === '' || offer.subprotocols?.includes(subprotocol) === true,
    () => subprotocol,
  );
  for (const { name, params } of extensions) {
    const offered = offer.extensions?.find((extension) => extension.name === name);
    holds('the extension was offered', offered?.confirm(params) === true, () => name);
  }
  holds('RSV1 has one meaning', extensions.length <= 1, () => JSON.stringify(extensions));
  return `agreed ${subprotocol} ${extensions.map(({ name }) => name).join()}`;
}

export const response: Target = {
  maxLength: 3000,
  dictionary: RESPONSE_WORDS,
  generate: (random) => withChoices(random, latin1(responseText(random))),

  run: (bytes) => {
    const input = new Input(bytes);
    const { head, code = 'unfinished' } = decodeResponse(input);
    if (head === undefined) return code;
    isResponse('written and read again', encodeResponseHead(head), head);
    const offer = input.choice(0, OFFERS);
    let agreement: Agreement;
    try {
      agreement = checkResponse(head, offer);
    } catch (refusal) {
      if (!(refusal instanceof HandshakeError)) throw refusal;
      same('the error holds the response', refusal.response, head);
      same('the error has its status', refusal.status, head.status);
      return refusal.code;
    }
    return checkAgreement(agreement, offer, head);
  },
};
