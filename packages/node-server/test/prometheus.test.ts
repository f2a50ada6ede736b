import { describe, expect, it } from 'vitest';
import type { ServerMetrics } from '../src/metrics.ts';
import { formatMetrics, METRICS_CONTENT_TYPE } from '../src/prometheus.ts';
import { makeHub } from './support/hubs.ts';

interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const VALUE = /^(?:[+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/;

/** Reads the text format by its rules (version 0.0.4), and throws at whatever breaks one. */
function parse(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const series = new Set<string>();
  let current: Family | undefined;
  let help: [string, string] | undefined;
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('The last line must end with a line feed.');
  for (const line of lines) {
    const [, keyword, about = '', rest = ''] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.has(about)) throw new Error(`${about} stands twice.`);
      help = [about, rest];
    } else if (keyword === 'TYPE') {
      if (help?.[0] !== about) throw new Error(`${about} has no help before its type.`);
      if (!['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`${rest} is no type.`);
      current = { name: about, type: rest, help: help[1], samples: [] };
      families.set(about, current);
    } else {
      const sample = parseSample(line);
      const suffixes = current?.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (!suffixes.some((suffix) => sample.name === `${current?.name}${suffix}`)) {
        throw new Error(`${sample.name} does not stand in its family.`);
      }
      const key = `${sample.name} ${JSON.stringify([...sample.labels].sort())}`;
      if (series.has(key)) throw new Error(`${key} stands twice.`);
      series.add(key);
      current?.samples.push(sample);
    }
  }
  for (const family of families.values()) check(family);
  return families;
}

function parseSample(line: string): Sample {
  const [, name = '', labelled, value = ''] = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`).exec(line) ?? [];
  if (!VALUE.test(value)) throw new Error(`This is no sample: ${line}`);
  const labels = new Map<string, string>();
  let rest = labelled ?? '';
  while (rest !== '') {
    const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=.)|$)/.exec(rest);
    if (label === null) throw new Error(`These are no labels: ${rest}`);
    const [all, key = '', escaped = ''] = label;
    if (labels.has(key)) throw new Error(`The label ${key} stands twice.`);
    labels.set(
      key,
      escaped.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one)),
    );
    rest = rest.slice(all.length);
  }
  return { name, labels, value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) };
}

function check({ name, type, samples }: Family): void {
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`The counter ${name} must end with _total.`);
  if (type !== 'counter' && name.endsWith('_total')) throw new Error(`${name} is no counter.`);
  if (type !== 'histogram') return;
  const buckets = samples.filter((sample) => sample.name.endsWith('_bucket'));
  const bounds = buckets.map(({ labels }) => Number((labels.get('le') ?? '').replace('+Inf', 'Infinity')));
  if (bounds.some((bound, i) => i > 0 && !(bound > (bounds[i - 1] as number)))) throw new Error(`${name} is unsorted.`);
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name} has no bucket +Inf.`);
  if (buckets.some(({ value }, i) => i > 0 && value < (buckets[i - 1]?.value ?? 0))) throw new Error(`${name} falls.`);
  const [count, ...more] = samples.filter((sample) => sample.name.endsWith('_count'));
  if (more.length > 0 || count?.value !== buckets.at(-1)?.value) throw new Error(`${name} has a wrong _count.`);
  if (samples.filter((sample) => sample.name.endsWith('_sum')).length !== 1) throw new Error(`${name} has no _sum.`);
}

const empty = (): ServerMetrics => makeHub().tally.snapshot();

describe('formatMetrics', () => {
  it('keeps the rules of the text format', () => {
    const families = parse(formatMetrics(empty()));
    expect(families.size).toBeGreaterThan(15);
    for (const { name, help } of families.values()) {
      expect(name).toMatch(/^framewire_[a-z_]+$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
    }
    expect(METRICS_CONTENT_TYPE).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('has every number of the metrics, times in seconds', () => {
    const histogram = {
      buckets: [
        { le: 5, count: 1 },
        { le: 1000, count: 2 },
      ],
      sum: 1504,
      count: 3,
    };
    const metrics: ServerMetrics = {
      handshakes: {
        started: 10,
        pending: 1,
        accepted: 4,
        refused: { KEY_INVALID: 2 },
        handedOver: 2,
        abandoned: 1,
        duration: histogram,
      },
      connections: {
        ...empty().connections,
        open: 3,
        opened: 4,
        closed: 1,
        codes: { 1006: 1, '4xxx': 2 },
        duration: histogram,
      },
      messages: { received: 20, sent: 2 ** 53, dropped: 22, size: histogram },
      bytes: { received: 30, sent: 31 },
      pings: { sent: 40, received: 41, pongsReceived: 42, roundTripTime: histogram },
      limits: { 'keepalive.deadline': 50 },
      errors: 60,
    };
    const families = parse(formatMetrics(metrics));
    const value = (family: string, label = '', of = ''): number | undefined =>
      families
        .get(`framewire_${family}`)
        ?.samples.find(({ labels }) => (label === '' ? labels.size === 0 : labels.get(label) === of))?.value;
    expect(value('handshakes_started_total')).toBe(10);
    expect(value('handshakes_total', 'outcome', 'accepted')).toBe(4);
    expect(value('handshakes_total', 'outcome', 'refused')).toBe(2);
    expect(value('handshakes_total', 'outcome', 'handed_over')).toBe(2);
    expect(value('handshakes_total', 'outcome', 'abandoned')).toBe(1);
    expect(value('handshakes_refused_total', 'code', 'KEY_INVALID')).toBe(2);
    expect(value('handshakes_pending')).toBe(1);
    expect(value('connections_open')).toBe(3);
    expect(value('connections_opened_total')).toBe(4);
    expect(value('connections_closed_total', 'cause', 'slow-consumer')).toBe(0);
    expect(value('close_codes_total', 'code', '4xxx')).toBe(2);
    expect(value('messages_received_total')).toBe(20);
    expect(value('messages_sent_total')).toBe(2 ** 53);
    expect(value('messages_dropped_total')).toBe(22);
    expect(value('received_bytes_total')).toBe(30);
    expect(value('sent_bytes_total')).toBe(31);
    expect(value('pings_sent_total')).toBe(40);
    expect(value('pings_received_total')).toBe(41);
    expect(value('pongs_received_total')).toBe(42);
    expect(value('limit_hits_total', 'option', 'keepalive.deadline')).toBe(50);
    expect(value('errors_total')).toBe(60);
    for (const name of ['handshake_duration', 'connection_duration', 'round_trip_time']) {
      expect(value(`${name}_seconds`, 'le', '0.005')).toBe(1);
      expect(value(`${name}_seconds`, 'le', '1')).toBe(2);
      expect(value(`${name}_seconds`, 'le', '+Inf')).toBe(3);
      expect(families.get(`framewire_${name}_seconds`)?.samples.find((one) => one.name.endsWith('_sum'))?.value).toBe(
        1.504,
      );
    }
    expect(value('message_size_bytes', 'le', '5')).toBe(1);
  });

  it('adds labels to every sample, and escapes what is in them', () => {
    const odd = 'a "b" \\ c\nd, e="f"} é';
    const families = parse(formatMetrics(empty(), { server: odd, _zone: '' }));
    for (const { samples } of families.values()) {
      for (const { labels } of samples) {
        expect(labels.get('server')).toBe(odd);
        expect(labels.get('_zone')).toBe('');
      }
    }
  });

  it.each(['', '1a', '__a', 'a-b', 'é', 'le', 'cause', 'code', 'option', 'outcome'])(
    'refuses a label called %j',
    (name) => {
      expect(() => formatMetrics(empty(), { [name]: 'x' })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(JSON.stringify(name)) }),
      );
    },
  );
});
