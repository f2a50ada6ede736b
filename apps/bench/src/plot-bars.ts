// Small multiples of horizontal bars: one panel for each scenario, each with a scale of its own that starts at zero, least first.

import { scaleBand, scaleLinear } from 'd3-scale';
import { type Body, element, label, MARGIN, rule, textWidth, unmeasured, WIDTH } from './plot-svg.ts';
import { OURS, seriesClass } from './plot-theme.ts';
import type { Spread } from './report.ts';

export interface Bar {
  readonly label: string;
  readonly value: Spread;
}

export interface BarPanel {
  readonly title: string;
  /** What the figures are of: `µs of CPU a message`. */
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly format: (value: number) => string;
  /** Bars drawn in our colour; those of our name, where it is not given. */
  readonly highlighted?: (bar: Bar) => boolean;
}

const ROW = 21;
const HEAD = 44;
const GAP = 26;
const COLUMNS = 2;

export function barPanels(panels: readonly BarPanel[]): Body {
  const shown = panels.filter((panel) => panel.bars.length > 0);
  if (shown.length === 0) return unmeasured;
  return (top) => {
    const names = shown.flatMap((panel) => panel.bars.map((bar) => textWidth(bar.label)));
    const indent = Math.max(...names) + 8;
    const width = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
    const parts: string[] = [];
    let y = top;
    for (let first = 0; first < shown.length; first += COLUMNS) {
      const row = shown.slice(first, first + COLUMNS);
      for (const [column, panel] of row.entries())
        parts.push(barPanel(panel, MARGIN + column * (width + GAP), y, width, indent));
      y += HEAD + Math.max(...row.map((panel) => panel.bars.length)) * ROW + GAP;
    }
    return { markup: parts.join('\n'), bottom: y - GAP };
  };
}

function barPanel(panel: BarPanel, left: number, top: number, width: number, indent: number): string {
  const { bars, format } = panel;
  const values = bars.map((bar) => format(bar.value.median));
  const valueWidth = Math.max(...values.map((value) => textWidth(value)));
  const start = left + indent;
  const x = scaleLinear()
    .domain([0, Math.max(...bars.map((bar) => bar.value.high))])
    .range([start, left + width - valueWidth - 8]);
  const y = scaleBand<number>()
    .domain(bars.map((_, index) => index))
    .range([top + HEAD, top + HEAD + bars.length * ROW])
    .paddingInner(0.28)
    .paddingOuter(0.14);
  const parts = [label(left, top + 14, 'strong', panel.title), label(left, top + 32, 'small muted', panel.unit)];
  for (const [index, bar] of bars.entries()) {
    const ours = panel.highlighted?.(bar) ?? bar.label === OURS;
    const middle = (y(index) ?? top) + y.bandwidth() / 2;
    const end = x(bar.value.median);
    const classes = ours ? `bar ${seriesClass(OURS)}` : 'bar';
    const emphasis = ours ? ' strong' : '';
    parts.push(
      label(start - 8, middle + 4.5, `end${emphasis}`, bar.label),
      element('rect', {
        x: start,
        y: middle - y.bandwidth() / 2,
        width: Math.max(1, end - start),
        height: y.bandwidth(),
        class: classes,
      }),
      rule(x(bar.value.low), middle, x(bar.value.high), middle, 'whisker'),
      label(Math.max(end, x(bar.value.high)) + 6, middle + 4.5, emphasis.trim(), values[index] ?? ''),
    );
  }
  parts.push(rule(start, top + HEAD, start, top + HEAD + bars.length * ROW, 'axis'));
  return parts.join('');
}
