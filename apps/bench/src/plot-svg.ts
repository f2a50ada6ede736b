// Elements of SVG as text, and the frame every plot stands in: title, description, style sheet, ground, and below it the machine.
// Coordinates are those of the view box throughout, so that nothing has to be added up to see where a label stands.
//
// Scales, ticks, lines and marks are d3's, which needs no DOM. Vega and ECharts draw without one too, but write their colours into each
// element, where dark mode cannot reach them; Observable Plot needs a DOM.

import { FONT_SIZE, SMALL_FONT_SIZE, styleSheet } from './plot-theme.ts';

/** The natural width of every plot, which is that of a page of docs. */
export const WIDTH = 860;
export const MARGIN = 16;
const LINE_HEIGHT = 17;
const TITLE_HEIGHT = 60;
const NARROW = /[ijltfrI.,:;'|()\s]/u;
const WIDE = /[mwMWS@%]/u;

type Attributes = Readonly<Record<string, string | number>>;

/** One element. Children are markup already; attributes are escaped here. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(place(value))}"`);
  const content = children.join('');
  return content === '' ? `<${name}${pairs.join('')}/>` : `<${name}${pairs.join('')}>${content}</${name}>`;
}

/** A label whose baseline is at `y`; classes `end` and `middle` say what `x` is the place of. */
export function label(x: number, y: number, classes: string, content: string): string {
  return element('text', { x, y, class: classes }, escaped(content));
}

export function rule(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  return element('path', { d: `M${place(x1)},${place(y1)}L${place(x2)},${place(y2)}`, class: classes });
}

/** How wide a label comes out at most, in pixels: fonts differ, so it is estimated on the wide side, as if it were bold. */
export function textWidth(content: string, size: number = FONT_SIZE): number {
  let ems = 0;
  for (const character of content) ems += NARROW.test(character) ? 0.38 : WIDE.test(character) ? 1 : 0.68;
  return ems * size;
}

/** Lines of at most `width` pixels, broken at spaces. */
export function wrapped(content: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of content.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

/** What is said around a plot. */
export interface Frame {
  readonly title: string;
  /** Under the title: what the axes mean. */
  readonly subtitle: string;
  /** What the plot shows, in words, for those who do not see it. */
  readonly description: string;
  /** Machine, versions, command and date. */
  readonly caption: string;
}

/** Draws from `top` down, and says where it ends. */
export type Body = (top: number) => { readonly markup: string; readonly bottom: number };

/** The whole picture. */
export function framed(frame: Frame, body: Body): string {
  const { markup, bottom } = body(TITLE_HEIGHT + MARGIN);
  const caption = wrapped(frame.caption, WIDTH - 2 * MARGIN, SMALL_FONT_SIZE);
  const captionTop = bottom + MARGIN + LINE_HEIGHT;
  const height = captionTop + (caption.length - 1) * LINE_HEIGHT + MARGIN;
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${place(height)}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-labelledby': 'title desc',
    },
    element('title', { id: 'title' }, escaped(frame.title)),
    element('desc', { id: 'desc' }, escaped(frame.description)),
    element('style', {}, `\n${styleSheet()}\n`),
    element('rect', { width: WIDTH, height, rx: 8, class: 'ground' }),
    label(MARGIN, 32, 'title', frame.title),
    label(MARGIN, 54, 'muted', frame.subtitle),
    `\n${markup}\n`,
    ...caption.map((line, index) => label(MARGIN, captionTop + index * LINE_HEIGHT, 'small muted', line)),
  )}\n`;
}

/** What stands in a plot that this run has no figures for. */
export function unmeasured(top: number): { readonly markup: string; readonly bottom: number } {
  return {
    markup: label(MARGIN, top + LINE_HEIGHT, 'muted', 'Not measured in this run.'),
    bottom: top + 2 * LINE_HEIGHT,
  };
}

function place(value: string | number): string {
  return typeof value === 'string' ? value : String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
