// Runs every scenario between ours and one peer. The two talk through a wiretap. Each step is a connection of its own, and its path names it.

import { connect } from '@framewire/node-client';
import { type NodeConnection, type Server, serve } from '@framewire/node-server';
import { OPTIONS_OF_OURS } from '../peers/libraries.mjs';
import { begin, type Running } from '../src/child.ts';
import type { Peer } from '../src/peers.ts';
import { within } from '../src/within.ts';
import { openPages, pageServer } from './page-client.ts';
import { startProxy } from './proxies.ts';
import { type Feature, SCENARIOS, type Scenario, type Seen, type Step } from './scenarios.ts';
import { Wiretap } from './wiretap.ts';

/** What came of a scenario. */
export interface Result {
  readonly scenario: string;
  readonly outcome: 'pass' | 'fail' | 'not available';
  /** Why it is not a pass. */
  readonly why?: string;
}

/** Each takes milliseconds; this is for the slowest machine, and for what never ends. */
const STEP_TIMEOUT = 5_000;
const CLOSE_TIMEOUT = 2_000;

interface PlannedStep {
  readonly step: Step;
  readonly path: string;
  readonly isDeflated: boolean;
}

/** The other end of all connections, started. */
interface Partner {
  /** Opens the connection of a step, or waits for it. */
  open(planned: PlannedStep): Promise<NodeConnection>;
  /** What the peer saw of the end of that connection. */
  seen(path: string): Promise<Seen>;
  tapFor(planned: PlannedStep): Wiretap;
  readonly isClient: boolean;
  stop(): Promise<void>;
}

/** Runs the scenarios with a peer that is on this machine. */
export async function runPeer(peer: Peer, features: ReadonlySet<Feature>): Promise<Result[]> {
  const plans = SCENARIOS.map((scenario, at) => ({
    scenario,
    lack: lackOf(scenario, peer, features),
    steps: scenario.steps.map((step, number) => ({
      step,
      path: `/${at}-${number}/${step.act}`,
      isDeflated: scenario.takes === 'deflate',
    })),
  }));
  const planned = plans.flatMap(({ lack, steps }) => (lack === undefined ? steps : []));
  if (planned.length === 0) return plans.map(({ scenario, lack }) => notAvailable(scenario, lack));
  const partner = peer.role === 'server' ? await serverPartner(peer) : await clientPartner(peer, planned);
  try {
    const results: Result[] = [];
    for (const { scenario, lack, steps } of plans) {
      results.push(lack === undefined ? await runScenario(scenario, steps, partner) : notAvailable(scenario, lack));
    }
    return results;
  } finally {
    await partner.stop();
  }
}

function lackOf(
  { asks, takes }: Scenario,
  { absent, cannot }: Peer,
  features: ReadonlySet<Feature>,
): string | undefined {
  if (absent !== undefined) return absent;
  const lacking = asks.find((ability) => cannot[ability] !== undefined);
  if (lacking !== undefined) return cannot[lacking];
  return takes === undefined || features.has(takes) ? undefined : `Framewire has no ${takes} yet`;
}

function notAvailable({ name }: Scenario, why: string | undefined): Result {
  return { scenario: name, outcome: 'not available', ...(why !== undefined && { why }) };
}

async function runScenario({ name }: Scenario, steps: readonly PlannedStep[], partner: Partner): Promise<Result> {
  const failures: string[] = [];
  for (const planned of steps) {
    try {
      await runStep(planned, partner);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (failures.length === 0) return { scenario: name, outcome: 'pass' };
  return { scenario: name, outcome: 'fail', why: failures.join('; ') };
}

async function runStep(planned: PlannedStep, partner: Partner): Promise<void> {
  const { step, path } = planned;
  const connection = await within(partner.open(planned), STEP_TIMEOUT, 'the connection did not open');
  try {
    const turn = { connection, seen: () => partner.seen(path) };
    await within(step.run(turn), STEP_TIMEOUT, 'it did not end');
  } finally {
    void connection.close();
    await within(connection.closed, CLOSE_TIMEOUT, '').catch(() => connection.terminate());
    await connection.closed;
  }
  // The peer's report comes after everything it wrote.
  if (step.check === undefined) return;
  await partner.seen(path);
  const wire = partner.tapFor(planned).take(path);
  const { client, server } = wire;
  const [ours, theirs] = partner.isClient ? [server, client] : [client, server];
  step.check({ ...wire, ours, theirs });
}

/** What a peer prints about the endings, by path. */
class Reports {
  readonly #seen: Map<string, PromiseWithResolvers<Seen>> = new Map();
  #failure: unknown;

  constructor(child: Running) {
    void this.#read(child);
  }

  of(path: string): Promise<Seen> {
    const report = this.#at(path);
    if (this.#failure !== undefined) report.reject(this.#failure);
    return report.promise;
  }

  async #read(child: Running): Promise<void> {
    try {
      for (;;) {
        const report = JSON.parse(await child.next()) as Seen;
        this.#at(report.path).resolve(report);
      }
    } catch (error) {
      this.#failure = error;
      for (const report of this.#seen.values()) report.reject(error);
    }
  }

  #at(path: string): PromiseWithResolvers<Seen> {
    const known = this.#seen.get(path);
    if (known !== undefined) return known;
    const report = Promise.withResolvers<Seen>();
    report.promise.catch(() => undefined); // Whoever asks for it hears it.
    this.#seen.set(path, report);
    return report;
  }
}

async function serverPartner(peer: Peer): Promise<Partner> {
  const started = peer.kind === 'proxy' ? await startProxy(peer) : begin((await peer.program()).command);
  const port = Number(await started.next());
  const tap = await Wiretap.before(port);
  const reports = new Reports(started);
  return {
    isClient: false,
    tapFor: () => tap,
    open: ({ path, isDeflated }) =>
      connect(`ws://127.0.0.1:${tap.port}${path}`, { ...OPTIONS_OF_OURS, deflate: isDeflated }),
    seen: (path) => within(reports.of(path), STEP_TIMEOUT, 'the server reported no end'),
    async stop() {
      await tap.close();
      await started.stop();
    },
  };
}

async function clientPartner(peer: Peer, planned: readonly PlannedStep[]): Promise<Partner> {
  const arrivals = new Map(planned.map(({ path }) => [path, Promise.withResolvers<NodeConnection>()]));
  const host = '127.0.0.1';
  const servers: Server[] = [];
  const taps: Wiretap[] = [];
  const http = pageServer();
  // Two servers, because a client that always offers to compress must not be taken at its word where that is not the matter.
  for (const deflate of [false, true]) {
    const server = await serve(
      async (connection, { path }) => {
        arrivals.get(path)?.resolve(connection);
        await connection.closed;
      },
      { host, port: 0, http, ...OPTIONS_OF_OURS, deflate },
    );
    servers.push(server);
    taps.push(await Wiretap.before(Number(new URL(server.url).port)));
  }
  const tapFor = ({ isDeflated }: PlannedStep): Wiretap => taps[isDeflated ? 1 : 0] as Wiretap;
  const urls = planned.map((one) => `ws://${host}:${tapFor(one).port}${one.path}`);
  const child =
    peer.kind === 'page' ? await openPages(peer, urls) : begin([...(await peer.program()).command, ...urls]);
  const reports = new Reports(child);
  return {
    isClient: true,
    tapFor,
    open({ path }) {
      const arrival = arrivals.get(path);
      if (arrival === undefined) throw new Error(`Nobody was asked to come to ${path}.`);
      // The report comes first only if the connection did not open.
      const never = reports.of(path).then(({ error = 'no reason given' }) => {
        throw new Error(`the client could not connect: ${error}`);
      });
      return Promise.race([arrival.promise, never]);
    },
    seen: (path) => within(reports.of(path), STEP_TIMEOUT, 'the client reported no end'),
    async stop() {
      await child.stop();
      for (const tap of taps) await tap.close();
      for (const server of servers) await server.close({ deadline: 0 });
    },
  };
}
