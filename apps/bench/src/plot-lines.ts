// Lines over an axis of powers: how a cost grows. Each line has its name beside its end; where names would touch they are moved apart
// and tied to their line.

import { scaleLinear, scaleLog } from 'd3-scale';
import {
  line,
  type SymbolType,
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolTriangle,
  symbolTriangle2,
  symbolWye,
} from 'd3-shape';
import { type Body, element, label, MARGIN, rule, textWidth, unmeasured, WIDTH } from './plot-svg.ts';
import { OURS, SMALL_FONT_SIZE, seriesClass } from './plot-theme.ts';

export interface Line {
  readonly label: string;
  /** By rising x, at least one. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LinePlot {
  readonly lines: readonly Line[];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xFormat: (value: number) => string;
  readonly yFormat: (value: number) => string;
  /** Powers on the y axis too; a linear axis starts at zero. */
  readonly logarithmic: boolean;
}

interface Axis {
  (value: number): number;
  ticks(count?: number): number[];
}

const SHAPES: readonly SymbolType[] = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  symbolTriangle2,
  symbolWye,
];
const HEIGHT = 340;
const LABEL_HEIGHT = 17;

export function linePlot(plot: LinePlot): Body {
  const lines = plot.lines.filter((one) => one.points.length > 0);
  if (lines.length === 0) return unmeasured;
  return (top) => {
    const area = { top: top + 26, bottom: top + 26 + HEIGHT };
    const y = yAxis(plot, lines, area);
    const yTicks = plot.logarithmic ? powers(y) : y.ticks(6);
    const tickWidth = Math.max(...yTicks.map((tick) => textWidth(plot.yFormat(tick), SMALL_FONT_SIZE)));
    const left = MARGIN + tickWidth + 8;
    const right = WIDTH - MARGIN - 24 - Math.max(...lines.map((one) => textWidth(one.label)));
    const stops = [...new Set(lines.flatMap((one) => one.points.map(([value]) => value)))].sort((a, b) => a - b);
    const x = xAxis(stops, left + 12, right - 12);
    const parts = [label(MARGIN, top + 8, 'small muted', plot.yTitle)];
    for (const tick of yTicks) {
      parts.push(rule(left, y(tick), right, y(tick), 'grid'));
      parts.push(label(left - 8, y(tick) + 4, 'small muted end', plot.yFormat(tick)));
    }
    parts.push(rule(left, area.bottom, right, area.bottom, 'axis'));
    for (const stop of apart(stops, x, plot.xFormat)) {
      parts.push(rule(x(stop), area.bottom, x(stop), area.bottom + 5, 'axis'));
      parts.push(label(x(stop), area.bottom + 20, 'small muted middle', plot.xFormat(stop)));
    }
    parts.push(label((left + right) / 2, area.bottom + 40, 'small muted middle', plot.xTitle));
    parts.push(...drawn(lines, x, y), ...named(lines, x, y, right, area));
    return { markup: parts.join(''), bottom: area.bottom + 44 };
  };
}

function yAxis(plot: LinePlot, lines: readonly Line[], area: { top: number; bottom: number }): Axis {
  const values = lines.flatMap((one) => one.points.map(([, value]) => value));
  const range = [area.bottom, area.top];
  if (!plot.logarithmic)
    return scaleLinear()
      .domain([0, Math.max(...values)])
      .nice(6)
      .range(range);
  return scaleLog()
    .domain([Math.min(...values), Math.max(...values)])
    .nice()
    .range(range);
}

function xAxis(stops: readonly number[], left: number, right: number): (value: number) => number {
  return scaleLog()
    .domain([stops[0] ?? 1, stops.at(-1) ?? 1])
    .range([left, right]);
}

/** The powers of ten; where those are few, their doubles and halves too. */
function powers(axis: Axis): number[] {
  const ticks = axis.ticks();
  const digits = (wanted: readonly string[]): number[] =>
    ticks.filter((tick) => wanted.includes(tick.toExponential(6).charAt(0)));
  const tens = digits(['1']);
  return tens.length > 3 ? tens : digits(['1', '2', '5']);
}

/** The stops whose labels do not touch. The last one is always there. */
function apart(stops: readonly number[], x: (value: number) => number, format: (value: number) => string): number[] {
  const kept: number[] = [];
  let limit = Number.POSITIVE_INFINITY;
  for (const stop of [...stops].reverse()) {
    const half = textWidth(format(stop), SMALL_FONT_SIZE) / 2;
    if (x(stop) + half > limit) continue;
    kept.push(stop);
    limit = x(stop) - half - 8;
  }
  return kept.reverse();
}

/** Ours first and wider, so that a line that lies on it is still seen. */
function drawn(lines: readonly Line[], x: (value: number) => number, y: Axis): string[] {
  const path = line<readonly [number, number]>()
    .x(([value]) => x(value))
    .y(([, value]) => y(value))
    .digits(1);
  const parts = lines.map((one, index) => {
    const name = seriesClass(one.label);
    const main = one.label === OURS;
    const mark = symbol(SHAPES[index % SHAPES.length], main ? 110 : 44)() ?? '';
    const marks = one.points.map(([at, value]) =>
      element('path', {
        d: mark,
        transform: `translate(${Math.round(x(at))},${Math.round(y(value))})`,
        class: `mark ${name}`,
      }),
    );
    return {
      main,
      markup:
        element('path', { d: path(one.points) ?? '', class: `line ${name}${main ? ' main' : ''}` }) + marks.join(''),
    };
  });
  return parts.sort((a, b) => Number(b.main) - Number(a.main)).map((part) => part.markup);
}

function named(
  lines: readonly Line[],
  x: (value: number) => number,
  y: Axis,
  right: number,
  area: { top: number; bottom: number },
): string[] {
  const ends = lines.map((one) => {
    const [at, value] = one.points.at(-1) ?? [1, 1];
    return { name: one.label, x: x(at), y: y(value) };
  });
  ends.sort((a, b) => a.y - b.y);
  const places = spreadOut(
    ends.map((end) => end.y),
    area,
  );
  return ends.flatMap((end, index) => {
    const place = places[index] ?? end.y;
    const emphasis = end.name === OURS ? ' strong' : '';
    return [
      rule(end.x + 8, end.y, right + 16, place, 'leader'),
      label(right + 20, place + 4.5, `${seriesClass(end.name)}${emphasis}`, end.name),
    ];
  });
}

/** Rising places, moved as little as needed to be one label apart, and kept inside. */
function spreadOut(wanted: readonly number[], area: { top: number; bottom: number }): number[] {
  const places = [...wanted];
  for (let index = 1; index < places.length; index++) {
    places[index] = Math.max(places[index] ?? 0, (places[index - 1] ?? 0) + LABEL_HEIGHT);
  }
  let limit = area.bottom;
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index] ?? 0, limit);
    limit = (places[index] ?? 0) - LABEL_HEIGHT;
  }
  return places;
}
