import { describe, expect, it } from 'vitest';
import { element, label, textWidth, WIDTH, wrapped } from '../src/plot-svg.ts';

describe('elements', () => {
  it('have one decimal in their places, and nothing unescaped', () => {
    expect(element('rect', { x: 1.26, class: 'a"b' })).toBe('<rect x="1.3" class="a&quot;b"/>');
    expect(label(1, 2, 'small', 'a < b & c > d')).toBe(
      '<text x="1" y="2" class="small">a &lt; b &amp; c &gt; d</text>',
    );
  });
});

describe('lines', () => {
  it('are broken at spaces, where they get too long', () => {
    const lines = wrapped('word '.repeat(60).trim(), WIDTH, 12);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join(' ')).toBe('word '.repeat(60).trim());
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(WIDTH);
  });

  it('keep together what a space that does not break holds together', () => {
    expect(wrapped('ws\u00a08.23.0, Bun\u00a01.4.5', 70, 12)).toEqual(['ws\u00a08.23.0,', 'Bun\u00a01.4.5']);
    expect(wrapped('', 10, 12)).toEqual([]);
  });
});
