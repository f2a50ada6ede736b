// Tests an echo server: one connection per case, several at a time.

import { addressOf } from './address.ts';
import type { Case } from './case.ts';
import { casesFor } from './catalogue.ts';
import { type CaseResult, type Report, totalsOf } from './report.ts';
import { runCase, type Trace } from './run-case.ts';
import { ServerWire } from './server-wire.ts';
import { VERSION } from './version.ts';
import { Link, type LinkTarget } from './wire/link.ts';

export interface RunOptions {
  /** The name of the endpoint in the report. */
  readonly agent?: string;
  /** The cases to run; all that judge this kind of endpoint if left out. */
  readonly cases?: readonly Case[];
  /** How long a case may take, in milliseconds; 5,000 if left out. Cases that take longer by nature have their own. */
  readonly timeout?: number;
  /** How many messages a case sends that only shows something by sending many; 1,000 if left out. */
  readonly messages?: number;
  /** Declining permessage-deflate is a failure. */
  readonly requireDeflate?: boolean;
  /** Called as each case ends. */
  readonly onResult?: (result: CaseResult, done: number, total: number) => void;
}

export interface RunServerOptions extends RunOptions {
  /** How many connections are open at a time; 16 if left out. */
  readonly concurrency?: number;
  /** Accept any certificate. */
  readonly insecure?: boolean;
}

const HEAVY_AT_A_TIME = 2;

/** Tests the echo server at `url` (ws or wss). Rejects only when the server cannot be reached at all. */
export async function runServer(url: string | URL, options: RunServerOptions = {}): Promise<Report> {
  const { target, host, path } = addressOf(url, options.insecure);
  (await Link.open(target, AbortSignal.timeout(options.timeout ?? 5000))).destroy();
  const all = casesFor('server', options.cases);
  const started = new Date();
  const results = new Map<string, CaseResult>();
  const run = async (one: Case) => {
    const result = judge(await runOne(one, target, host, path, options), options);
    results.set(one.id, result);
    options.onResult?.(result, results.size, all.length);
  };
  const heavy = all.filter((one) => one.heavy === true);
  const light = all.filter((one) => one.heavy !== true);
  const concurrency = options.concurrency ?? 16;
  await inParallel(light, concurrency, run);
  await inParallel(heavy, Math.min(concurrency, HEAVY_AT_A_TIME), run);
  const cases = all.map(({ id }) => results.get(id)).filter((result) => result !== undefined);
  return {
    agent: options.agent ?? host,
    endpoint: 'server',
    testerVersion: VERSION,
    started: started.toISOString(),
    milliseconds: Date.now() - started.getTime(),
    totals: totalsOf(cases),
    cases,
  };
}

/** With `requireDeflate`, what an endpoint declines it fails. */
export function judge(result: CaseResult, { requireDeflate }: RunOptions): CaseResult {
  return requireDeflate && result.outcome === 'not supported' ? { ...result, outcome: 'fail' } : result;
}

function runOne(
  one: Case,
  target: LinkTarget,
  host: string,
  path: string,
  { timeout = 5000, messages = 1000 }: RunServerOptions,
): Promise<CaseResult> {
  return runCase(one.id, async (trace: Trace) => {
    const limit = Math.max(timeout, one.timeout ?? 0);
    const deadline = performance.now() + limit;
    const wireOn = (link: Link) => new ServerWire(link, { host, target: path, deadline, messages, connect });
    const connect = async () => wireOn(await Link.open(target, AbortSignal.timeout(limit)));
    const link = await Link.open(target, AbortSignal.timeout(limit));
    trace.link = link;
    const wire = wireOn(link);
    if (one.kind === 'server-handshake') return one.run(wire);
    if (one.kind !== 'frames') throw new Error('This case judges a client');
    const peer = await wire.open(one.deflate ? { deflate: one.deflate } : {});
    trace.closeCode = () => peer.closeCode;
    return one.run(peer);
  });
}

async function inParallel(cases: readonly Case[], count: number, run: (one: Case) => Promise<void>): Promise<void> {
  const waiting = cases.values();
  const work = async () => {
    for (const one of waiting) await run(one);
  };
  await Promise.all(Array.from({ length: count }, work));
}
