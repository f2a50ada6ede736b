import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/catalogue.ts';
import { matrixPage } from '../../src/html/matrix-page.ts';
import { reportOf } from '../support/report.ts';

const RUNS = [
  {
    href: 'server-a.html',
    report: reportOf('<a>', [
      { id: '3.1', outcome: 'pass', milliseconds: 1 },
      { id: '3.2', outcome: 'fail', milliseconds: 1, failure: 'Expected “a”, and received <b>.' },
    ]),
  },
  {
    href: 'client-b.html',
    report: reportOf('b', [{ id: '3.1', outcome: 'not supported', milliseconds: 1 }], 'client'),
  },
];

describe('matrixPage', () => {
  const html = matrixPage(catalogue, RUNS);

  it('has a column for each implementation and a row for each case that any of them ran', () => {
    expect(html).toContain('<a href="server-a.html">&lt;a&gt;</a><br>server<br>1 of 2');
    expect(html).toContain('<a href="client-b.html">b</a><br>client<br>0 of 1');
    expect(html.match(/<th scope="row">[^<]*/g)).toEqual(['<th scope="row">3.1', '<th scope="row">3.2']);
    expect(html).toContain('3 Reserved bits</th><td class="outcome">1 of 2</td><td class="outcome">0 of 1</td>');
  });

  it('leaves the count of a section empty that an implementation did not run', () => {
    const other = { href: 'c.html', report: reportOf('c', [{ id: '10.1.1', outcome: 'pass', milliseconds: 1 }]) };
    expect(matrixPage(catalogue, [...RUNS, other])).toContain(
      '3 Reserved bits</th><td class="outcome">1 of 2</td><td class="outcome">0 of 1</td><td class="outcome"></td>',
    );
  });

  it('links each cell to its log and says aloud what it means', () => {
    expect(html).toContain('<a class="pass" href="server-a.html#3.1" aria-label="&lt;a&gt;, case 3.1: pass"');
    expect(html).toContain('aria-label="&lt;a&gt;, case 3.2: fail. Expected “a”, and received &lt;b&gt;."');
    expect(html).toContain('<a class="none" href="client-b.html#3.1"');
    expect(html).toMatch(/3\.2<\/th>.*<td class="outcome"><\/td><\/tr>/);
  });

  it('can leave out rows in which nothing failed', () => {
    expect(html).toMatch(/<tr class="fine"><th scope="row">3\.1/);
    expect(html).toMatch(/<tr><th scope="row">3\.2/);
  });

  it('counts one implementation in words', () => {
    expect(html).toContain('2 implementations');
    expect(matrixPage(catalogue, RUNS.slice(0, 1))).toContain('One implementation');
  });
});
