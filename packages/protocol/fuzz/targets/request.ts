// Whatever bytes a client opens with, a server of any policy refuses them with a HandshakeError that can be sent as a rejection, or accepts
// them with an answer that such a client confirms (RFC 6455, sections 4.1 and 4.2).

import { createHash } from 'node:crypto';
import { HandshakeError, REFUSALS } from '../../src/errors.ts';
import type { ClientExtension } from '../../src/extension.ts';
import { fieldValues } from '../../src/handshake/fields.ts';
import { encodeRequestHead, encodeResponseHead, type RequestHead } from '../../src/handshake/head.ts';
import {
  type Acceptance,
  checkPolicy,
  checkRequest,
  isUpgradeRequest,
  type ServerPolicy,
} from '../../src/handshake/request.ts';
import { buildRejection, buildResponse, checkResponse } from '../../src/handshake/response.ts';
import { toyServer } from '../../test/handshake/toy-extension.ts';
import { REQUEST_WORDS, requestText } from '../head-text.ts';
import { decodeRequest, isRequest, isResponse } from '../heads.ts';
import { holds, same } from '../invariant.ts';
import { Input, latin1, type Target, withChoices } from '../target.ts';

const toys = [toyServer('toy', 2, true), toyServer('other', 3)];
const POLICIES: readonly ServerPolicy[] = [
  { secure: false },
  { secure: true, origins: 'dangerously-any', extensions: toys },
  { secure: false, subprotocols: ['superchat', 'chat'], extensions: toys },
  { secure: false, subprotocols: ['mqtt'], requireSubprotocol: true },
  { secure: true, origins: ['https://other.example', 'null'], subprotocols: (offered) => offered.at(-1) },
  { secure: false, origins: (origin) => origin.length % 2 === 0, subprotocols: () => undefined },
];
for (const policy of POLICIES) checkPolicy(policy);

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A client that offers what the server accepted, and takes any parameters. */
function client(acceptance: Acceptance): ClientExtension[] {
  return acceptance.extensions.map(({ name }) => ({ name, usesRsv1: false, offers: [], confirm: () => true }));
}

function checkAcceptance(head: RequestHead, acceptance: Acceptance): string {
  const { key, accept, host, path, query, subprotocol, offeredSubprotocols, extensions } = acceptance;
  same(
    'the accept key',
    accept,
    createHash('sha1')
      .update(key + GUID)
      .digest('base64'),
  );
  same('the key is that of the request', fieldValues(head.fields, 'sec-websocket-key'), [key]);
  same('the host is that of the request', fieldValues(head.fields, 'host'), [host]);
  holds('the path begins with a slash', path.startsWith('/') && !/[?#\\\s]/.test(path), () => path);
  holds('the query begins with a question mark', query === '' || query.startsWith('?'), () => query);
  holds(
    'path and query are of the target',
    path === '/' ? head.target.endsWith(query) : head.target.endsWith(path + query),
    () => head.target,
  );
  holds('it asks for the upgrade', isUpgradeRequest(head), () => 'not by isUpgradeRequest');
  const response = buildResponse(acceptance, [['Set-Cookie', 'a=b']]);
  isResponse('the response is read as it was built', encodeResponseHead(response), response);
  const offer = { host, key, subprotocols: offeredSubprotocols, extensions: client(acceptance) };
  same('the client agrees', checkResponse(response, offer), { subprotocol, extensions });
  return `accepted ${subprotocol === '' ? 'no' : 'a'} subprotocol ${extensions.map(({ name }) => name).join()}`;
}

function checkRefusal(error: unknown): string {
  if (!(error instanceof HandshakeError)) throw error;
  same('the status is that of the table', error.status, REFUSALS[error.code].status);
  const { body, ...head } = buildRejection(error);
  isResponse('the rejection is read as it was built', encodeResponseHead(head), head);
  same('the rejection has a body', fieldValues(head.fields, 'content-length'), [String(Buffer.byteLength(body))]);
  return error.code;
}

export const request: Target = {
  maxLength: 3000,
  dictionary: REQUEST_WORDS,
  generate: (random) => withChoices(random, latin1(requestText(random))),

  run: (bytes) => {
    const input = new Input(bytes);
    const { head, code = 'unfinished' } = decodeRequest(input);
    if (head === undefined) return code;
    isRequest('written and read again', encodeRequestHead(head), head);
    let acceptance: Acceptance;
    try {
      acceptance = checkRequest(head, input.choice(0, POLICIES));
    } catch (refusal) {
      return checkRefusal(refusal);
    }
    return checkAcceptance(head, acceptance);
  },
};
