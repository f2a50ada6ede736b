// Replays the negotiation of permessage-deflate through whole opening handshakes: the request as bytes to a server and its response as bytes,
// and the request of a client as bytes and its verdict on a response.

import type { AgreedExtension, DeflateParameters } from '../../src/index.ts';
import { ANSWER_VECTORS, type AnswerVector, OFFER_VECTORS, type OfferVector } from './negotiation-vectors.ts';
import type { Protocol, Report } from './replay.ts';
import { inEveryWay, type Outcome, run, toText } from './replay-handshake.ts';
import { GET, request, SAMPLE_KEY } from './request-vectors.ts';
import { response, SWITCHING } from './response-vectors.ts';
import { difference, verdict } from './verdict.ts';

const FIELD = 'Sec-WebSocket-Extensions';

/** Replays every vector of offers and of answers. */
export function replayNegotiation(protocol: Protocol, report: Report): void {
  for (const vector of OFFER_VECTORS) {
    verdict(report, `offer, ${vector.name}`, () => checkOffer(protocol, vector));
  }
  for (const vector of ANSWER_VECTORS) {
    verdict(report, `answer, ${vector.name}`, () => checkAnswer(protocol, vector));
  }
}

/** The parameters with the defaults of the RFC. */
function meaning(agreed: Partial<DeflateParameters>): DeflateParameters {
  return {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
    ...agreed,
  };
}

/** The one extension that may be agreed on, as what it means. */
function meaningOf(protocol: Protocol, extensions: readonly AgreedExtension[]): object {
  return extensions.map(({ name, params }) => ({ name, ...protocol.agreedDeflate(params) }));
}

function expected(protocol: Protocol, outcome: OfferVector['outcome'] | AnswerVector['outcome']): object {
  return typeof outcome === 'string' ? [] : [{ name: protocol.PERMESSAGE_DEFLATE, ...meaning(outcome.agreed) }];
}

/** The lines of a head that are about extensions, as they stand there. */
function linesOf(head: Uint8Array): string[] {
  return toText(head)
    .split('\r\n')
    .filter((line) => line.startsWith(FIELD));
}

function checkOffer(protocol: Protocol, { offers, policy, outcome }: OfferVector): string | undefined {
  const extensions = [protocol.permessageDeflateServer(policy)];
  const accept = (chunks: readonly Uint8Array[]): Outcome =>
    run(new protocol.RequestHeadDecoder(), chunks, (head) => {
      const acceptance = protocol.checkRequest(head, { secure: false, extensions });
      const written = linesOf(protocol.encodeResponseHead(protocol.buildResponse(acceptance)));
      return { written, agreed: meaningOf(protocol, acceptance.extensions) };
    });
  const expect = (rest: string): Outcome =>
    outcome === 'EXTENSIONS_INVALID'
      ? { error: { name: 'HandshakeError', code: outcome, status: 400 } }
      : {
          result: {
            written: outcome === 'declined' ? [] : [`${FIELD}: ${outcome.answer}`],
            agreed: expected(protocol, outcome),
          },
          rest,
        };
  return inEveryWay(request(GET, [FIELD, ...offers]), accept, expect);
}

function checkAnswer(protocol: Protocol, { policy, offer, answers, outcome }: AnswerVector): string | undefined {
  const offered = { host: 'example.com', key: SAMPLE_KEY, extensions: [protocol.permessageDeflateClient(policy)] };
  const written = linesOf(protocol.encodeRequestHead(protocol.buildRequest(offered)));
  const confirm = (chunks: readonly Uint8Array[]): Outcome =>
    run(new protocol.ResponseHeadDecoder(), chunks, (head) => ({
      agreed: meaningOf(protocol, protocol.checkResponse(head, offered).extensions),
    }));
  const expect = (rest: string): Outcome =>
    typeof outcome === 'string' && outcome !== 'declined'
      ? { error: { name: 'HandshakeError', code: outcome, status: 101 } }
      : { result: { agreed: expected(protocol, outcome) }, rest };
  return (
    difference('offered', written, [`${FIELD}: ${offer}`]) ??
    inEveryWay(response(SWITCHING, ...(answers.length === 0 ? [] : [[FIELD, ...answers] as const])), confirm, expect)
  );
}
