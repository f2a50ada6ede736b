import { expect, it } from 'vitest';
import { page } from '../../src/html/page.ts';

it('a page is one file that loads nothing, and has a light and a dark face', () => {
  const html = page('A <title>', '<p>The body</p>');
  expect(html).toContain('<title>A &lt;title&gt;</title>');
  expect(html).toContain('<p>The body</p>');
  expect(html).toContain('prefers-color-scheme: dark');
  expect(html).not.toMatch(/(?:src|<link|@import|url\()/);
});
