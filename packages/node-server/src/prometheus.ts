// Metrics as Prometheus reads them: its text format, version 0.0.4. Names, units and labels follow its conventions: seconds and bytes, `_total` on
// counters, and one family of lines for each name, its help and type first.

import type { HistogramSnapshot } from '@framewire/node-transport';
import { UsageError } from '@framewire/protocol';
import type { ServerMetrics } from './metrics.ts';

/** The Content-Type of what {@link formatMetrics} returns. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [suffix: string, labels: Labels, value: number];

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
/** Labels that the metrics have themselves. */
const OWN_LABELS: readonly string[] = ['outcome', 'code', 'cause', 'option', 'le'];
const MILLISECONDS = 1000;

/**
 * Metrics in the text format of Prometheus, version 0.0.4: the body of an answer to its scraper.
 *
 * @param labels added to every sample, such as `{ server: 'chat' }` where a process has several servers
 * @throws UsageError INVALID_ARGUMENT for a label whose name Prometheus does not take, or which the metrics have themselves
 */
export function formatMetrics(metrics: ServerMetrics, labels: Labels = {}): string {
  for (const name of Object.keys(labels)) {
    if (LABEL_NAME.test(name) && !OWN_LABELS.includes(name)) continue;
    throw new UsageError(
      'INVALID_ARGUMENT',
      `${JSON.stringify(name)} cannot be a label: it must be of letters, digits and _, not begin with __ or a digit, and not be ${OWN_LABELS.join(', ')}.`,
    );
  }
  return families(metrics)
    .map((family) => format(family, labels))
    .join('');
}

function families({ handshakes, connections, messages, bytes, pings, limits, errors }: ServerMetrics): Family[] {
  const { accepted, refused, handedOver, abandoned } = handshakes;
  const outcomes = { accepted, refused: sum(refused), handed_over: handedOver, abandoned };
  return [
    counter('handshakes_started', 'Opening handshakes started.', handshakes.started),
    counters('handshakes', 'Opening handshakes ended, by outcome.', 'outcome', outcomes),
    counters('handshakes_refused', 'Opening handshakes refused, by code.', 'code', refused),
    gauge('handshakes_pending', 'Opening handshakes under way.', handshakes.pending),
    seconds('handshake_duration', 'Time to accept an opening handshake.', handshakes.duration),
    gauge('connections_open', 'Connections open.', connections.open),
    counter('connections_opened', 'Connections opened.', connections.opened),
    counters('connections_closed', 'Connections ended, by cause.', 'cause', connections.causes),
    counters('close_codes', 'Connections ended, by the code of the peer.', 'code', connections.codes),
    seconds('connection_duration', 'Time from opening to end of a connection.', connections.duration),
    counter('messages_received', 'Messages received.', messages.received),
    counter('messages_sent', 'Messages given to connections to be sent.', messages.sent),
    counter('messages_dropped', 'Messages not sent because the peer reads too slowly.', messages.dropped),
    histogram('message_size_bytes', 'Size of the first message of each read.', messages.size, 1),
    counter('received_bytes', 'Bytes of frames received.', bytes.received),
    counter('sent_bytes', 'Bytes of frames sent.', bytes.sent),
    counter('pings_sent', 'Pings sent.', pings.sent),
    counter('pings_received', 'Pings received.', pings.received),
    counter('pongs_received', 'Pongs received.', pings.pongsReceived),
    seconds('round_trip_time', 'Time from a Ping to its Pong.', pings.roundTripTime),
    counters('limit_hits', 'Limits met, by the option that sets them.', 'option', limits),
    counter('errors', "Errors of the application's own code, and failures to accept.", errors),
  ];
}

function counter(name: string, help: string, value: number): Family {
  return { name: `${name}_total`, type: 'counter', help, samples: [['', {}, value]] };
}

function counters(name: string, help: string, label: string, values: Readonly<Record<string, number>>): Family {
  const samples = Object.entries(values).map(([key, value]): Sample => ['', { [label]: key }, value]);
  return { name: `${name}_total`, type: 'counter', help, samples };
}

function gauge(name: string, help: string, value: number): Family {
  return { name, type: 'gauge', help, samples: [['', {}, value]] };
}

function seconds(name: string, help: string, snapshot: HistogramSnapshot): Family {
  return histogram(`${name}_seconds`, help, snapshot, MILLISECONDS);
}

/** @param scale how many of the snapshot's units make one of Prometheus's */
function histogram(name: string, help: string, { buckets, sum, count }: HistogramSnapshot, scale: number): Family {
  const samples: Sample[] = buckets.map((bucket) => ['_bucket', { le: `${bucket.le / scale}` }, bucket.count]);
  samples.push(['_bucket', { le: '+Inf' }, count], ['_sum', {}, sum / scale], ['_count', {}, count]);
  return { name, type: 'histogram', help, samples };
}

function format({ name, type, help, samples }: Family, labels: Labels): string {
  const full = `framewire_${name}`;
  const lines = samples.map(
    ([suffix, own, value]) => `${full}${suffix}${formatLabels({ ...labels, ...own })} ${value}\n`,
  );
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, quote and line feed are all that has to be escaped in the value of a label. */
function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}
