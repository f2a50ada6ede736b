// A client's request that came, and the raw connection to answer it on: judges the request, and writes any response
// (RFC 6455, section 4.1).

import { ByteQueue } from './byte-queue.ts';
import type { DeflateNeed } from './case.ts';
import { describeEnd, describePayload } from './describe.ts';
import { CaseFailure, NotSupported } from './failure.ts';
import { Peer } from './peer.ts';
import { acceptKey } from './wire/accept-key.ts';
import {
  agreed,
  answerFault,
  type DeflateAgreement,
  type DeflateParameters,
  formatDeflate,
  granting,
  parseExtensions,
  readDeflate,
} from './wire/deflate-parameters.ts';
import { changeFields, encodeHead, type FieldChanges, type Fields, listOf, valuesOf } from './wire/head.ts';
import type { Link } from './wire/link.ts';

export interface Request {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: Fields;
}

export interface ClientWireOptions {
  readonly request: Request;
  readonly deadline: number;
  readonly messages: number;
  /** The Sec-WebSocket-Keys of the requests before this one. */
  readonly earlierKeys: ReadonlySet<string>;
}

/** How a response differs from a good one. */
export interface ResponseChanges {
  /** `HTTP/1.1 101 Switching Protocols` if left out. */
  readonly start?: string;
  /** Fields that are replaced, added, or with undefined left out. */
  readonly fields?: FieldChanges;
}

export class ClientWire {
  readonly link: Link;
  readonly request: Request;
  readonly #options: ClientWireOptions;
  readonly #bytes: ByteQueue;

  constructor(link: Link, options: ClientWireOptions) {
    this.link = link;
    this.request = options.request;
    this.#options = options;
    this.#bytes = new ByteQueue(link, options.deadline);
  }

  /** All values of a field of the request. */
  values(name: string): string[] {
    return valuesOf(this.request.fields, name);
  }

  /** The subprotocols the client asked for. */
  get subprotocols(): string[] {
    return this.values('sec-websocket-protocol').flatMap((value) => value.split(',').map((one) => one.trim()));
  }

  /** The Sec-WebSocket-Keys of the requests before this one. */
  get earlierKeys(): ReadonlySet<string> {
    return this.#options.earlierKeys;
  }

  /** The right Sec-WebSocket-Accept. */
  get accept(): string {
    return acceptKey(this.values('sec-websocket-key')[0] ?? '');
  }

  /** The octets of a response, good but for the changes. */
  response({ start = 'HTTP/1.1 101 Switching Protocols', fields = {} }: ResponseChanges = {}): Buffer {
    const good: Fields = [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', this.accept],
    ];
    return encodeHead(start, changeFields(good, fields));
  }

  sendResponse(changes: ResponseChanges = {}): void {
    this.send(this.response(changes));
  }

  /** A string is Latin-1. */
  send(bytes: Uint8Array | string): void {
    this.link.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  async sendInChops(size: number, bytes: Uint8Array): Promise<void> {
    await this.link.writeInChops(bytes, size);
  }

  /** What is wrong with the request itself (section 4.1, items 1 to 12 of the list of requirements). */
  checkRequest(): void {
    const wrong = requestFault(this.request);
    if (wrong !== undefined) throw new CaseFailure(`Expected a right request, and received ${wrong}.`);
  }

  /** The client gives up: it sends nothing, for the connection was never open, and closes TCP. */
  async expectRefusal(): Promise<void> {
    const expected = 'the end of the TCP connection, because the response was wrong';
    const sent = await this.#bytes.untilEnd(expected);
    if (sent.length > 0)
      throw new CaseFailure(`Expected ${expected}, and received ${describePayload(sent)} before it.`);
  }

  /** Nothing comes for this many milliseconds. */
  async expectSilence(milliseconds: number): Promise<void> {
    if (!(await this.#bytes.anything(milliseconds))) return;
    const { end, isEmpty } = this.#bytes;
    const what = isEmpty && end !== undefined ? describeEnd(end) : describePayload(this.#bytes.take());
    throw new CaseFailure(`Expected nothing yet, and received ${what}.`);
  }

  /** The client closes the TCP connection, whatever it sends before. */
  async expectEnd(): Promise<void> {
    await this.#bytes.untilEnd('the end of the TCP connection');
  }

  /** The connection of frames, when a right response was sent by the case itself. */
  upgraded(deflate?: DeflateAgreement): Peer {
    this.#bytes.release();
    const { deadline, messages } = this.#options;
    return new Peer(this.link, { endpoint: 'client', deflate, deadline, messages });
  }

  /** A right response, and the connection it opens. */
  open(need?: DeflateNeed): Peer {
    this.checkRequest();
    const answered = need && this.#answer(need);
    this.sendResponse({
      fields: answered ? { 'Sec-WebSocket-Extensions': formatDeflate(answered.answer) } : {},
    });
    return this.upgraded(answered && agreed(answered.answer, answered.offer));
  }

  #answer({ answers, grants }: DeflateNeed): { answer: DeflateParameters; offer: DeflateParameters } {
    const offers = this.deflateOffers();
    if (offers.length === 0) throw new NotSupported('The client did not offer permessage-deflate.');
    const fitted = (answer: DeflateParameters, offer: DeflateParameters) =>
      grants === true ? granting(answer, offer) : answer;
    for (const answer of answers) {
      const offer = offers.find((offer) => mayAnswer(offer, fitted(answer, offer)));
      if (offer !== undefined) return { answer: fitted(answer, offer), offer };
    }
    const faults = offers.flatMap((offer) => answers.map((answer) => answerFault(offer, fitted(answer, offer))));
    const asked = answers.map(formatDeflate).join(', ');
    throw new NotSupported(`The client's offer does not allow “${asked}”: that would be ${faults[0]}.`);
  }

  /** What the client offers; fails when it breaks the grammar or the rules of the parameters. */
  deflateOffers(): DeflateParameters[] {
    const value = this.values('sec-websocket-extensions').join(', ');
    if (value === '') return [];
    const extensions = parseExtensions(value);
    if (extensions === undefined) throw new CaseFailure(`Expected a list of extensions, and received “${value}”.`);
    return extensions
      .filter(({ name }) => name === 'permessage-deflate')
      .map((extension) => {
        const offer = readDeflate(extension, 'client');
        if (typeof offer === 'string')
          throw new CaseFailure(`Expected an offer of permessage-deflate, and received ${offer}.`);
        return offer;
      });
  }
}

/** A server that answers is free to say more than was asked for, but for the client's window. */
function mayAnswer(offer: DeflateParameters, answer: DeflateParameters): boolean {
  return answerFault(offer, answer) === undefined;
}

function requestFault({ method, version, fields }: Request): string | undefined {
  const one = (name: string) => {
    const values = valuesOf(fields, name);
    return values.length === 1 ? values[0] : undefined;
  };
  if (method !== 'GET') return `the method ${method}`;
  if (version !== 'HTTP/1.1') return `the version ${version}`;
  if (one('host') === undefined) return 'no single Host';
  if (!listOf(fields, 'upgrade').includes('websocket')) return 'no field “Upgrade: websocket”';
  if (!listOf(fields, 'connection').includes('upgrade')) return 'no field “Connection: Upgrade”';
  if (one('sec-websocket-version') !== '13') return 'no field “Sec-WebSocket-Version: 13”';
  const key = one('sec-websocket-key') ?? '';
  const decoded = Buffer.from(key, 'base64');
  if (decoded.length !== 16 || decoded.toString('base64') !== key) {
    return `the Sec-WebSocket-Key “${key}”, which is not 16 octets in base64`;
  }
  return undefined;
}
