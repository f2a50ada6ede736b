// The page names a reason for every cell that is no pass, and tells failures of the peer from those nobody has explained.

import { describe, expect, it } from 'vitest';
import type { Result } from '../../interop/run-peer.ts';
import { SCENARIOS } from '../../interop/scenarios.ts';
import { interopPage, plainTable, type Row, readPage, unexplained } from '../../interop/table.ts';

const BOM = 'the text "\\ufeffBOM" (4 code units) came back as the text "BOM" (3 code units)';

function row(name: string, failures: Readonly<Record<string, string>>, outcome: Result['outcome'] = 'fail'): Row {
  const results = SCENARIOS.map(({ name: scenario }): Result => {
    const why = failures[scenario];
    return why === undefined ? { scenario, outcome: 'pass' } : { scenario, outcome, why };
  });
  return { peer: { name, role: 'client', kind: 'program' }, version: '1.2.3', results };
}

const KNOWN = row('undici', { text: BOM });
const UNKNOWN = row('undici', { text: `${BOM}; only 3 of 10 messages came back` });
const LACKING = row('faye-websocket', { 'fragments from peer': 'it has no call for it' }, 'not available');

describe('a failure', () => {
  it('is excused only if it is exactly the known one', () => {
    expect(unexplained(KNOWN)).toEqual([]);
    expect(unexplained(UNKNOWN)).toEqual([
      { scenario: 'text', outcome: 'fail', why: `${BOM}; only 3 of 10 messages came back` },
    ]);
    expect(unexplained({ ...KNOWN, peer: { ...KNOWN.peer, name: 'ws' } })).toHaveLength(1);
    expect(unexplained(LACKING)).toEqual([]);
  });
});

describe('the page', () => {
  const page = interopPage([KNOWN, LACKING, row('ws', {})]);

  it('is read back as it was written', () => {
    const cells = readPage(page);
    expect([...cells.keys()]).toEqual(['undici client', 'faye-websocket client', 'ws client']);
    expect(cells.get('undici client')?.get('text')).toBe('fail (1)');
    expect(cells.get('faye-websocket client')?.get('fragments from peer')).toBe('not available (2)');
    expect(new Set(cells.get('ws client')?.values())).toEqual(new Set(['pass']));
  });

  it('says the reasons under their numbers, and counts', () => {
    expect(page).toMatch(/^1\. It takes a leading U\+FEFF/m);
    expect(page).toMatch(/^2\. It has no call for it\.$/m);
    expect(page).toContain(`${3 * SCENARIOS.length - 2} pass, 1 fail, 1 are not available.`);
  });
});

describe('the table of the terminal', () => {
  it('shouts only what nobody has explained', () => {
    const [, known = '', unknown = '', lacking = ''] = plainTable([KNOWN, UNKNOWN, LACKING]).split('\n');
    expect(known).toMatch(/^undici +1\.2\.3 +client +fail {2}pass/);
    expect(unknown).toMatch(/^undici +1\.2\.3 +client +FAIL {2}pass/);
    expect(lacking).toMatch(/pass {2,}- +pass/);
  });
});
