// `pnpm bench:echo`: CPU microseconds of the server process for each message that is echoed, ours beside ws and beside a plain
// socket that sends back what it gets. Each server runs in a process of its own on the first core, the load on the second; the
// servers take turns. The exit code says nothing about targets.

import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Load, type LoadOptions } from './echo-load.ts';
import { SERVERS, type ServerName, startServer } from './echo-servers.ts';
import { answer, type CpuReading, canPin, PinnedProcess, readCpu } from './pinned-process.ts';
import { quartiles, type Spread } from './statistics.ts';

const SCRIPT = fileURLToPath(import.meta.url);
const WARM_UP = 1000;
/** A core that is busy for this share of the time has no more to give. */
const SATURATED = 0.95;

const { values: options } = parseArgs({
  options: {
    role: { type: 'string', default: 'controller' },
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '9' },
    connections: { type: 'string', default: '50' },
    inflight: { type: 'string', default: '16' },
    size: { type: 'string', default: '20' },
    servers: { type: 'string', default: SERVERS.join(',') },
    json: { type: 'boolean', default: false },
  },
});

if (options.role === 'server')
  answer({ start: async (name: ServerName) => (await startServer(name)).port, cpu: readCpu });
else if (options.role === 'load') answerAsLoad();
else await control();

/** Holds the connections to all servers, of which one at a time is kept busy. */
function answerAsLoad(): void {
  const loads = new Map<ServerName, Load>();
  const of = (name: ServerName): Load => {
    const load = loads.get(name);
    if (load === undefined) throw new Error(`Not connected to ${name}.`);
    return load;
  };
  answer({
    connect: async ({ name, ...rest }: LoadOptions & { name: ServerName }) => {
      loads.set(name, await Load.connect(rest));
    },
    start: (name: ServerName) => of(name).start(),
    stop: (name: ServerName) => of(name).stop(),
    read: (name: ServerName) => ({ ...readCpu(), messages: of(name).messages }),
  });
}

interface Sample {
  /** Server CPU, microseconds a message. */
  readonly cost: number;
  readonly messagesPerSecond: number;
  /** Shares of a core, 0 to 1 and somewhat more. */
  readonly serverBusy: number;
  readonly loadBusy: number;
}

async function control(): Promise<void> {
  const [othersBusy = 0] = loadavg();
  const names = options.servers.split(',').map(checkName);
  const load = new PinnedProcess(SCRIPT, ['--role', 'load'], 1);
  const servers = new Map<ServerName, PinnedProcess>();
  const samples = new Map<ServerName, Sample[]>();
  try {
    for (const name of names) {
      const server = new PinnedProcess(SCRIPT, ['--role', 'server'], 0);
      servers.set(name, server);
      samples.set(name, []);
      const port = await server.ask<number>('start', name);
      await load.ask('connect', { name, ...loadOptions(name, port) });
      await runFor(load, name, WARM_UP, () => Promise.resolve());
    }
    for (let round = 0; round < Number(options.rounds); round++) {
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(round + turn) % names.length] as ServerName;
        const sample = await measure(load, servers.get(name) as PinnedProcess, name);
        samples.get(name)?.push(sample);
      }
    }
  } finally {
    for (const server of servers.values()) server.end();
    load.end();
  }
  report(samples, othersBusy);
}

function checkName(name: string): ServerName {
  const found = SERVERS.find((known) => known === name);
  if (found === undefined) throw new Error(`--servers takes ${SERVERS.join(', ')}, not ${name}.`);
  return found;
}

function loadOptions(name: ServerName, port: number): LoadOptions {
  return {
    port,
    connections: Number(options.connections),
    inflight: Number(options.inflight),
    size: Number(options.size),
    webSocket: name !== 'net',
  };
}

async function runFor(load: PinnedProcess, name: ServerName, time: number, atEnd: () => Promise<void>): Promise<void> {
  await load.ask('start', name);
  await new Promise((resolve) => setTimeout(resolve, time));
  await atEnd();
  await load.ask('stop', name);
}

async function measure(load: PinnedProcess, server: PinnedProcess, name: ServerName): Promise<Sample> {
  type LoadReading = CpuReading & { readonly messages: number };
  const read = () => Promise.all([server.ask<CpuReading>('cpu'), load.ask<LoadReading>('read', name)]);
  const [serverBefore, loadBefore] = await read();
  let sample: Sample | undefined;
  await runFor(load, name, Number(options.seconds) * 1000, async () => {
    const [serverAfter, loadAfter] = await read();
    const messages = loadAfter.messages - loadBefore.messages;
    sample = {
      cost: (serverAfter.used - serverBefore.used) / messages,
      messagesPerSecond: (messages / (loadAfter.at - loadBefore.at)) * 1e6,
      serverBusy: busy(serverBefore, serverAfter),
      loadBusy: busy(loadBefore, loadAfter),
    };
  });
  return sample as unknown as Sample;
}

function busy(before: CpuReading, after: CpuReading): number {
  return (after.used - before.used) / (after.at - before.at);
}

function report(samples: ReadonlyMap<ServerName, readonly Sample[]>, othersBusy: number): void {
  const results = [...samples].map(([name, taken]) => ({
    name,
    cost: quartiles(taken.map((sample) => sample.cost)),
    messagesPerSecond: median(taken.map((sample) => sample.messagesPerSecond)),
    serverBusy: median(taken.map((sample) => sample.serverBusy)),
    loadBusy: median(taken.map((sample) => sample.loadBusy)),
  }));
  if (options.json) {
    console.log(
      JSON.stringify({ node: process.version, options, pinned: canPin, loadBefore: othersBusy, results }, null, 2),
    );
    return;
  }
  const { connections, inflight, size, rounds, seconds } = options;
  console.log(`Node ${process.version} on ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}.`);
  console.log(
    `${connections} connections, ${inflight} messages of ${size} B in flight on each; ${rounds} rounds of ${seconds} s.`,
  );
  console.log('Server CPU, microseconds a message: median (first to third quartile).\n');
  for (const { name, cost, messagesPerSecond, serverBusy, loadBusy } of results) {
    const rate = `${Math.round(messagesPerSecond / 1000)} k messages/s`;
    const cores = `server ${percent(serverBusy)}, load ${percent(loadBusy)} of a core`;
    console.log(`${name.padEnd(12)}${spread(cost).padEnd(26)}${rate.padEnd(22)}${cores}`);
  }
  for (const { name, serverBusy, loadBusy } of results) {
    if (loadBusy < SATURATED || serverBusy >= SATURATED) continue;
    console.log(`\nWith ${name}, the load is the bottleneck: the rate is its own; the CPU a message stands.`);
  }
  if (!canPin)
    console.log('\nNothing is pinned to a core here (taskset and two cores are needed): figures are rougher.');
  ratios(new Map(results.map(({ name, cost }) => [name, cost.median])));
}

/** Targets hold for many small messages in flight; for anything else only ratios are told. */
function ratios(costs: ReadonlyMap<ServerName, number>): void {
  const ours = costs.get('framewire');
  const theirs = costs.get('ws');
  const raw = costs.get('net');
  if (ours === undefined) return;
  console.log('');
  if (theirs !== undefined) {
    const ratio = theirs / ours;
    const met = ratio >= 9 ? 'target met' : 'target missed';
    const isTarget = options.connections === '50' && options.inflight === '16' && options.size === '20';
    console.log(`${ratio.toFixed(2)}x less CPU than ws${isTarget ? ` (>= 9x: ${met})` : ''}`);
  }
  if (raw !== undefined) console.log(`${(raw / ours).toFixed(2)}x raw net`);
}

function median(values: readonly number[]): number {
  return quartiles(values).median;
}

function spread({ median, low, high }: Spread): string {
  return `${median.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
