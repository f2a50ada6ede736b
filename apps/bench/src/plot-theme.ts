// The colours of the plots, in light and in dark, and one style sheet for both. Contestants are told apart by colour, by the shape of
// their marks and by the label beside them, so that none of it depends on seeing colours. The hues are those of Okabe and Ito, darkened
// on light and lightened on dark until text in them has a contrast of at least 4.5.

interface Shades {
  readonly light: string;
  readonly dark: string;
}

/** Ink, from the ground up. */
const INKS = {
  ground: { light: '#ffffff', dark: '#0d1117' },
  ink: { light: '#1c2128', dark: '#e6edf3' },
  muted: { light: '#57606a', dark: '#9aa4af' },
  grid: { light: '#e2e6ea', dark: '#262d36' },
  bar: { light: '#a9b3be', dark: '#525c68' },
} as const satisfies Readonly<Record<string, Shades>>;

/** A class of its own for each contestant that a line may stand for; any other is drawn in grey. */
const SERIES: Readonly<Record<string, Shades & { readonly name: string }>> = {
  framewire: { name: 'framewire', light: '#0063b1', dark: '#5cb3ff' },
  'framewire (shared read)': { name: 'shared-read', light: '#37648c', dark: '#a9d3f7' },
  ws: { name: 'ws', light: '#b84400', dark: '#ff9a5a' },
  'ws pre-framed': { name: 'ws-pre-framed', light: '#8a6100', dark: '#e6b84c' },
  'uWebSockets.js': { name: 'uwebsockets', light: '#9c3f78', dark: '#ea9fcb' },
  Bun: { name: 'bun', light: '#00735a', dark: '#3ecfa5' },
};

/** The classes of all of them, for lines that stand for something else. */
export const HUES: readonly string[] = Object.values(SERIES).map(({ name }) => `s-${name}`);

/** What is highlighted in bars. */
export const OURS = 'framewire';

/** The class of a contestant's line, mark and label. */
export function seriesClass(contestant: string): string {
  return `s-${SERIES[contestant]?.name ?? 'other'}`;
}

export const FONT_SIZE = 13;
export const SMALL_FONT_SIZE = 12;

/** The style sheet inside every plot. */
export function styleSheet(): string {
  return [
    `text{font:${FONT_SIZE}px system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}`,
    `.small{font-size:${SMALL_FONT_SIZE}px}.title{font-size:17px;font-weight:600}.strong{font-weight:600}`,
    '.end{text-anchor:end}.middle{text-anchor:middle}.line{fill:none;stroke-width:1.75}.line.main{stroke-width:5}',
    '.grid,.axis,.leader,.whisker{fill:none;stroke-width:1}.leader{stroke-dasharray:2 3}',
    shades('light'),
    `@media (prefers-color-scheme:dark){${shades('dark')}}`,
  ].join('\n');
}

function shades(mode: keyof Shades): string {
  const { ground, ink, muted, grid, bar } = INKS;
  const rules = [
    `.ground{fill:${ground[mode]}}text,.ink{fill:${ink[mode]}}text.muted{fill:${muted[mode]}}`,
    `.grid{stroke:${grid[mode]}}.axis,.leader{stroke:${muted[mode]}}.whisker{stroke:${ink[mode]}}`,
    `.bar{fill:${bar[mode]}}.mark{stroke:${ground[mode]};stroke-width:1}`,
    series('other', muted[mode]),
    ...Object.values(SERIES).map((one) => series(one.name, one[mode])),
  ];
  return rules.join('');
}

function series(name: string, colour: string): string {
  return `.bar.s-${name},text.s-${name},.mark.s-${name}{fill:${colour}}.line.s-${name}{stroke:${colour}}`;
}
