// A raw connection to a server under test: writes any request, and judges the response (RFC 6455, section 4.2).

import { randomBytes } from 'node:crypto';
import { ByteQueue } from './byte-queue.ts';
import type { DeflateNeed } from './case.ts';
import { CaseFailure, NotSupported } from './failure.ts';
import { Peer } from './peer.ts';
import { acceptKey } from './wire/accept-key.ts';
import {
  agreed,
  answerFault,
  type DeflateAgreement,
  type DeflateParameters,
  formatDeflate,
  parseExtensions,
  promised,
  readDeflate,
} from './wire/deflate-parameters.ts';
import { changeFields, encodeHead, type FieldChanges, type Fields, listOf, valuesOf } from './wire/head.ts';
import type { Link } from './wire/link.ts';

export interface ServerWireOptions {
  /** What the Host field says. */
  readonly host: string;
  /** The request target. */
  readonly target: string;
  readonly deadline: number;
  readonly messages: number;
  /** Opens another connection to the same server. */
  readonly connect?: () => Promise<ServerWire>;
}

/** What a request asked for, as far as the response must fit it. */
export interface Asked {
  readonly deflate?: DeflateNeed;
  readonly subprotocols?: readonly string[];
  /** The Sec-WebSocket-Key, where it was not the wire's own. */
  readonly key?: string;
}

/** How a request differs from a good one. */
export interface RequestChanges {
  readonly method?: string;
  readonly target?: string;
  /** `HTTP/1.1` if left out. */
  readonly version?: string;
  /** Fields that are replaced, added, or with undefined left out. */
  readonly fields?: FieldChanges;
}

export interface Response {
  readonly status: number;
  readonly fields: Fields;
}

export class ServerWire {
  readonly link: Link;
  readonly host: string;
  readonly target: string;
  /** The Sec-WebSocket-Key of a good request. */
  readonly key: string = randomBytes(16).toString('base64');
  readonly #options: ServerWireOptions;
  readonly #bytes: ByteQueue;

  constructor(link: Link, options: ServerWireOptions) {
    this.link = link;
    this.host = options.host;
    this.target = options.target;
    this.#options = options;
    this.#bytes = new ByteQueue(link, options.deadline);
  }

  /** The octets of a request, good but for the changes. */
  request({ method = 'GET', target = this.target, version = 'HTTP/1.1', fields = {} }: RequestChanges = {}): Buffer {
    const good: Fields = [
      ['Host', this.host],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', this.key],
      ['Sec-WebSocket-Version', '13'],
    ];
    return encodeHead(`${method} ${target} ${version}`, changeFields(good, fields));
  }

  sendRequest(changes: RequestChanges = {}): void {
    this.send(this.request(changes));
  }

  /** A string is Latin-1. */
  send(bytes: Uint8Array | string): void {
    this.link.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  async sendInChops(size: number, bytes: Uint8Array): Promise<void> {
    await this.link.writeInChops(bytes, size);
  }

  async response(expected = 'an HTTP response'): Promise<Response> {
    for (;;) {
      const { start, fields } = await this.#bytes.head(expected);
      const match = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: .*)?$/.exec(start);
      const [, minor, code] = match ?? [];
      const status = Number(code);
      // A refusal may come from an old corner of a server, but HTTP/1.0 knows no 101.
      if (match === null || (minor === '0' && status === 101)) {
        throw new CaseFailure(`Expected ${expected}, and received the line “${start}”.`);
      }
      // "A client MUST be able to parse one or more 1xx responses received prior to a final response" (RFC 9110 15.2).
      if (status === 101 || status >= 200) return { status, fields };
    }
  }

  /** A response that is no 101; with one of these statuses where some are given. */
  async expectRefusal(...statuses: readonly number[]): Promise<Response> {
    const expected = statuses.length === 0 ? 'a response that refuses' : `a response with ${statuses.join(' or ')}`;
    const response = await this.response(expected);
    const refused = response.status >= 300;
    if (!refused || (statuses.length > 0 && !statuses.includes(response.status))) {
      throw new CaseFailure(`Expected ${expected}, and received ${response.status}.`);
    }
    return response;
  }

  /** A response that refuses, or a server that closes the connection without one. */
  async expectRefusalOrEnd(): Promise<Response | undefined> {
    const received = await this.#anyEnd();
    return received ? undefined : this.expectRefusal();
  }

  /** The endpoint closes the TCP connection; what is left of a response before that is dropped. */
  async expectEnd(): Promise<void> {
    await this.#bytes.untilEnd('the end of the TCP connection');
  }

  /** A whole and right 101 (section 4.1, "the client MUST validate the server's response"), and then a connection of frames. */
  async expectUpgrade(asked: Asked = {}): Promise<Peer> {
    return this.#upgraded(await this.response('a response with 101'), asked);
  }

  /** Where the RFC leaves a server both: a right 101, or a response that refuses or the end of the connection (undefined). */
  async expectUpgradeOrRefusal(asked: Asked = {}): Promise<Peer | undefined> {
    if (await this.#anyEnd()) return undefined;
    const response = await this.response();
    return response.status < 300 ? this.#upgraded(response, asked) : undefined;
  }

  /** Another connection to the same server, for a case to close: a server that crashed does not have it. */
  async another(): Promise<ServerWire> {
    const { connect } = this.#options;
    if (connect === undefined) throw new Error('This wire was made without a way to open another.');
    return connect();
  }

  #upgraded({ status, fields }: Response, asked: Asked): Peer {
    const wrong = this.#responseFault(status, fields, asked);
    if (wrong !== undefined) throw new CaseFailure(`Expected a response with 101, and received ${wrong}.`);
    const deflate = this.#agreement(fields, asked.deflate);
    this.#bytes.release();
    const { deadline, messages } = this.#options;
    return new Peer(this.link, { endpoint: 'server', deflate, deadline, messages });
  }

  /** A good request that offers this, and the connection it opens. */
  async open(asked: Asked = {}): Promise<Peer> {
    const { deflate, subprotocols } = asked;
    this.sendRequest({
      fields: {
        ...(deflate ? { 'Sec-WebSocket-Extensions': deflate.offers.map(formatDeflate).join(', ') } : {}),
        ...(subprotocols ? { 'Sec-WebSocket-Protocol': subprotocols.join(', ') } : {}),
      },
    });
    return this.expectUpgrade(asked);
  }

  #responseFault(status: number, fields: Fields, { subprotocols = [], key = this.key }: Asked): string | undefined {
    if (status !== 101) return `${status}`;
    if (valuesOf(fields, 'upgrade').join().toLowerCase() !== 'websocket') return 'no field “Upgrade: websocket”';
    if (!listOf(fields, 'connection').includes('upgrade')) return 'no field “Connection: Upgrade”';
    const accepts = valuesOf(fields, 'sec-websocket-accept');
    if (accepts.length !== 1 || accepts[0] !== acceptKey(key)) {
      return `the Sec-WebSocket-Accept “${accepts.join(', ')}” instead of “${acceptKey(key)}”`;
    }
    const [subprotocol, ...more] = valuesOf(fields, 'sec-websocket-protocol');
    if (subprotocol !== undefined && (more.length > 0 || !subprotocols.includes(subprotocol))) {
      return `the subprotocol “${[subprotocol, ...more].join(', ')}”, which was not asked for`;
    }
    return undefined;
  }

  #agreement(fields: Fields, need: DeflateNeed | undefined): DeflateAgreement | undefined {
    const value = valuesOf(fields, 'sec-websocket-extensions').join(', ');
    if (value === '') {
      if (need === undefined) return undefined;
      throw new NotSupported('The server declined permessage-deflate.');
    }
    if (need === undefined) {
      throw new CaseFailure(`Expected no extension, because none was offered, and received “${value}”.`);
    }
    const answer = readAnswer(value);
    if (typeof answer === 'string') {
      throw new CaseFailure(`Expected an answer to permessage-deflate, and received ${answer}.`);
    }
    // The offer that fits is the one that was accepted: the answer does not say which it was.
    const faults = need.offers.map((offer) => answerFault(offer, answer));
    const accepted = need.offers[faults.indexOf(undefined)];
    if (accepted !== undefined) return promised(agreed(answer, accepted), accepted);
    throw new CaseFailure(`Expected an answer to permessage-deflate that was offered, and received ${faults[0]}.`);
  }

  async #anyEnd(): Promise<boolean> {
    const { deadline } = this.#options;
    if (!(await this.#bytes.anything(deadline - performance.now()))) {
      throw new CaseFailure(
        'Expected a response that refuses or the end of the TCP connection, and received nothing in time.',
      );
    }
    return this.#bytes.end !== undefined && this.#bytes.isEmpty;
  }
}

function readAnswer(value: string): DeflateParameters | string {
  const extensions = parseExtensions(value);
  const [extension, ...others] = extensions ?? [];
  if (extension?.name !== 'permessage-deflate' || others.length > 0) return `“${value}”`;
  return readDeflate(extension, 'server');
}
