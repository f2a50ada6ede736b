// Lines over time. Each has its name beside its end, and a colour of the theme; where names would touch they are moved apart.

import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { type Body, element, label, MARGIN, rule, textWidth, unmeasured, WIDTH } from '../plot-svg.ts';
import { HUES, SMALL_FONT_SIZE } from '../plot-theme.ts';
import type { Series } from './soak-report.ts';

export interface TimePlot {
  readonly series: readonly Series[];
  readonly yTitle: string;
  readonly yFormat: (value: number) => string;
  /** What whole steps of a linear axis are made of: 1,048,576 for megabytes. */
  readonly yUnit: number;
  /** Powers on the y axis; a linear axis starts at zero. */
  readonly logarithmic: boolean;
}

const HEIGHT = 300;
const LABEL_HEIGHT = 17;
/** From so many seconds on, time is told in minutes. */
const LONG = 240;

export function timePlot(plot: TimePlot): Body {
  const series = plot.series.filter(({ points }) => points.length > 0);
  if (series.length === 0) return unmeasured;
  return (top) => {
    const area = { top: top + 26, bottom: top + 26 + HEIGHT };
    const y = yAxis(plot, area);
    const yTicks = y.ticks(6);
    const left = MARGIN + 8 + Math.max(...yTicks.map((tick) => textWidth(plot.yFormat(tick), SMALL_FONT_SIZE)));
    const right = WIDTH - MARGIN - 24 - Math.max(...series.map((one) => textWidth(one.label)));
    const last = Math.max(1, ...series.flatMap(({ points }) => points.map(([seconds]) => seconds)));
    const [unit, unitName] = last > LONG ? [60, 'minutes'] : [1, 'seconds'];
    const x = scaleLinear()
      .domain([0, last / unit])
      .range([left, right]);
    const parts = [label(MARGIN, top + 8, 'small muted', plot.yTitle)];
    for (const tick of yTicks) {
      parts.push(rule(left, y(tick), right, y(tick), 'grid'));
      parts.push(label(left - 8, y(tick) + 4, 'small muted end', plot.yFormat(tick)));
    }
    parts.push(rule(left, area.bottom, right, area.bottom, 'axis'));
    for (const tick of x.ticks(8)) {
      parts.push(rule(x(tick), area.bottom, x(tick), area.bottom + 5, 'axis'));
      parts.push(label(x(tick), area.bottom + 20, 'small muted middle', String(tick)));
    }
    parts.push(label((left + right) / 2, area.bottom + 40, 'small muted middle', unitName));
    const path = line<readonly [number, number]>()
      .x(([seconds]) => x(seconds / unit))
      .y(([, value]) => y(value))
      .digits(1);
    for (const [index, { points }] of series.entries()) {
      parts.push(element('path', { d: path(points) ?? '', class: `line ${hue(index)}` }));
    }
    return { markup: [...parts, ...named(series, y, right, area)].join(''), bottom: area.bottom + 44 };
  };
}

function hue(index: number): string {
  return HUES[index % HUES.length] ?? 's-other';
}

interface Axis {
  (value: number): number;
  ticks(count?: number): number[];
}

function yAxis(
  { series, logarithmic, yUnit }: TimePlot,
  area: { readonly top: number; readonly bottom: number },
): Axis {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  const range = [area.bottom, area.top];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (logarithmic) {
    const scale = scaleLog()
      .domain([10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most))])
      .range(range);
    // Of a single decade the doubles and halves, too.
    const digits = most / least > DECADES ? ['1'] : ['1', '2', '5'];
    const ticks = scale.ticks().filter((tick) => digits.includes(tick.toExponential(6).charAt(0)));
    return Object.assign((value: number) => scale(value), { ticks: () => ticks });
  }
  const scale = scaleLinear()
    .domain([0, most / yUnit || 1])
    .nice(6)
    .range(range);
  return Object.assign((value: number) => scale(value / yUnit), {
    ticks: (count?: number) => scale.ticks(count).map((tick) => tick * yUnit),
  });
}

/** With more of them, powers of ten are enough on an axis. */
const DECADES = 100;

/** The names beside the ends of the lines, a line apart. */
function named(
  series: readonly Series[],
  y: Axis,
  right: number,
  area: { readonly top: number; readonly bottom: number },
): string[] {
  const ends = series.map(({ label: name, points }, index) => ({ name, index, y: y(points.at(-1)?.[1] ?? 0) }));
  ends.sort((a, b) => a.y - b.y);
  let below = area.bottom;
  const places = ends.map(({ y: place }) => place);
  for (let index = 1; index < places.length; index++) {
    places[index] = Math.max(places[index] ?? 0, (places[index - 1] ?? 0) + LABEL_HEIGHT);
  }
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index] ?? 0, below);
    below = (places[index] ?? 0) - LABEL_HEIGHT;
  }
  return ends.flatMap((end, index) => {
    const place = places[index] ?? end.y;
    return [
      rule(right + 2, end.y, right + 16, place, 'leader'),
      label(right + 20, place + 4.5, hue(end.index), end.name),
    ];
  });
}
