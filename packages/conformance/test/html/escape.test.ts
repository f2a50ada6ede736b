import { expect, it } from 'vitest';
import { escapeHtml } from '../../src/html/escape.ts';

it('escapeHtml makes text safe in elements and attributes', () => {
  expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;',
  );
});
