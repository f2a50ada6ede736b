// Walks clients under test through the cases. The tester is a WebSocket server with four paths, so that a driver in any language
// is short:
//
//   /count               one text message with the number of cases, then a close
//   /cases               one text message with the ids of the cases as a JSON array, then a close
//   /case/N?agent=NAME   case N, from 1 on: the client echoes what comes until the connection ends, however it ends
//   /report?agent=NAME   the end of NAME's run: the report is made, then a close
//
// Cases may be asked for one after the other or several at a time, and again, which replaces the result.

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { ByteQueue } from './byte-queue.ts';
import type { Case } from './case.ts';
import { casesFor } from './catalogue.ts';
import { ClientWire, type Request } from './client-wire.ts';
import { type CaseResult, type Report, totalsOf } from './report.ts';
import { attemptCase, type Trace } from './run-case.ts';
import { judge, type RunOptions } from './run-server.ts';
import { VERSION } from './version.ts';
import { encodeHead, type Head, valuesOf } from './wire/head.ts';
import { Link } from './wire/link.ts';

export interface ServeClientsOptions extends RunOptions {
  /** Any free one if left out. */
  readonly port?: number;
  /** `127.0.0.1` if left out. */
  readonly host?: string;
  /** Makes it a wss server. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Called when a client has asked for its report. */
  readonly onReport?: (report: Report) => void;
}

export interface ClientTester {
  /** What the paths are appended to, such as `ws://127.0.0.1:9001`. */
  readonly url: string;
  /** Resolves with the report of the first client that asks for one. */
  readonly firstReport: Promise<Report>;
  /** Resolves when no connection is open. */
  drained(): Promise<void>;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

const UNNAMED = 'client';
const KEPT_KEYS = 100;

/** Listens for clients to test. Rejects when it cannot listen. */
export async function serveClients(options: ServeClientsOptions = {}): Promise<ClientTester> {
  const { host = '127.0.0.1', port = 0, tls } = options;
  const tester = new Tester(options);
  const accept = (socket: Socket) => tester.accept(socket);
  const server = tls
    ? createTlsServer({ ...tls, allowHalfOpen: true }, accept)
    : createServer({ allowHalfOpen: true }, accept);
  // The sockets under TLS, because those whose handshake failed are open too.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await listen(server, port, host);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `${tls ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    firstReport: tester.firstReport,
    drained: () => tester.drained(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** One client's run. */
class Run {
  readonly results: Map<string, CaseResult> = new Map();
  readonly running: Set<Promise<void>> = new Set();
  readonly started: Date = new Date();
}

class Tester {
  readonly firstReport: Promise<Report>;
  readonly #options: ServeClientsOptions;
  readonly #cases: readonly Case[];
  readonly #runs: Map<string, Run> = new Map();
  /** Every key that came, in order; the oldest are forgotten. */
  readonly #keys: Set<string> = new Set();
  readonly #serving: Set<Promise<void>> = new Set();
  #reported: (report: Report) => void = () => undefined;

  constructor(options: ServeClientsOptions) {
    this.#options = options;
    this.#cases = casesFor('client', options.cases);
    this.firstReport = new Promise((resolve) => {
      this.#reported = resolve;
    });
  }

  accept(socket: Socket): void {
    const link = new Link(socket);
    link.log.event('A client opened a connection.');
    const served = this.#serve(link)
      // What an endpoint under test does wrong before its case is known concerns no case, and must not end the tester.
      .catch(() => undefined)
      .finally(() => {
        link.destroy();
        this.#serving.delete(served);
      });
    this.#serving.add(served);
  }

  async drained(): Promise<void> {
    await Promise.all(this.#serving);
  }

  async #serve(link: Link): Promise<void> {
    const deadline = performance.now() + this.#timeout;
    const bytes = new ByteQueue(link, deadline);
    const head = await bytes.head('a request');
    bytes.release();
    const request = readRequest(head);
    if (request === undefined) return refuse(link, '400 Bad Request', 'This is no HTTP/1.1 request.');
    const { pathname, searchParams } = new URL(request.target, 'ws://tester');
    const agent = searchParams.get('agent') ?? UNNAMED;
    const number = /^\/case\/(\d+)$/.exec(pathname)?.[1];
    const one = number === undefined ? undefined : this.#cases[Number(number) - 1];
    if (one !== undefined) return this.#runCase(one, link, request, agent);
    if (pathname === '/count') return this.#tell(link, request, `${this.#cases.length}`);
    if (pathname === '/cases') return this.#tell(link, request, JSON.stringify(this.#cases.map(({ id }) => id)));
    if (pathname === '/report') return this.#report(link, request, agent);
    return refuse(link, '404 Not Found', `Ask for /count, /cases, /case/1 to /case/${this.#cases.length}, or /report.`);
  }

  get #timeout(): number {
    return this.#options.timeout ?? 5000;
  }

  #wire(link: Link, request: Request, timeout: number): ClientWire {
    const deadline = performance.now() + timeout;
    const earlierKeys = new Set(this.#keys);
    this.#remember(request);
    return new ClientWire(link, { request, deadline, messages: this.#options.messages ?? 1000, earlierKeys });
  }

  #remember({ fields }: Request): void {
    for (const key of valuesOf(fields, 'sec-websocket-key')) this.#keys.add(key);
    const [oldest] = this.#keys;
    if (oldest !== undefined && this.#keys.size > KEPT_KEYS) this.#keys.delete(oldest);
  }

  async #tell(link: Link, request: Request, message: string | undefined): Promise<void> {
    const peer = this.#wire(link, request, this.#timeout).open();
    if (message !== undefined) peer.text(message);
    peer.close(1000);
    // A driver may echo what it is told, so the Close frame is waited for, whatever comes before it.
    for (;;) {
      const incoming = await peer.next('a Close frame');
      if (typeof incoming === 'string') return;
    }
  }

  #runOf(agent: string): Run {
    const run = this.#runs.get(agent) ?? new Run();
    this.#runs.set(agent, run);
    return run;
  }

  async #runCase(one: Case, link: Link, request: Request, agent: string): Promise<void> {
    const run = this.#runOf(agent);
    const judged = this.#judge(one, link, request).then((result) => {
      run.results.set(one.id, result);
      this.#options.onResult?.(result, run.results.size, this.#cases.length);
    });
    run.running.add(judged);
    await judged;
    run.running.delete(judged);
  }

  async #judge(one: Case, link: Link, request: Request): Promise<CaseResult> {
    const run = async (trace: Trace) => {
      trace.link = link;
      const wire = this.#wire(link, request, Math.max(this.#timeout, one.timeout ?? 0));
      if (one.kind === 'client-handshake') return one.run(wire);
      if (one.kind !== 'frames') throw new Error('This case judges a server');
      const peer = wire.open(one.deflate);
      trace.closeCode = () => peer.closeCode;
      return one.run(peer);
    };
    return judge(await attemptCase(one.id, run), this.#options);
  }

  async #report(link: Link, request: Request, agent: string): Promise<void> {
    const run = this.#runOf(agent);
    await Promise.all(run.running);
    this.#runs.delete(agent);
    const cases = this.#cases.map(({ id }) => run.results.get(id) ?? neverRun(id));
    const report: Report = {
      agent: this.#options.agent ?? agent,
      endpoint: 'client',
      testerVersion: VERSION,
      started: run.started.toISOString(),
      milliseconds: Date.now() - run.started.getTime(),
      totals: totalsOf(cases),
      cases,
    };
    this.#options.onReport?.(report);
    this.#reported(report);
    await this.#tell(link, request, undefined);
  }
}

function neverRun(id: string): CaseResult {
  return {
    id,
    outcome: 'fail',
    milliseconds: 0,
    failure: 'Expected the client to ask for this case, and it never did.',
  };
}

function readRequest({ start, fields }: Head): Request | undefined {
  const match = /^(\S+) (\/\S*) (HTTP\/1\.\d)$/.exec(start);
  if (match === null) return undefined;
  const [, method = '', target = '', version = ''] = match;
  return { method, target, version, fields };
}

/** Waits until the client has read it, or the reset of a destroyed socket could overtake it. */
async function refuse(link: Link, status: string, sentence: string): Promise<void> {
  const body = Buffer.from(`${sentence}\n`);
  const head = encodeHead(`HTTP/1.1 ${status}`, [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', `${body.length}`],
    ['Connection', 'close'],
  ]);
  link.write(Buffer.concat([head, body]));
  link.finish();
  await new ByteQueue(link, performance.now() + 1000).untilEnd('the end of the TCP connection');
}
