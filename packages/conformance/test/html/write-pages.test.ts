import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePages } from '../../src/html/write-pages.ts';
import { reportOf } from '../support/report.ts';

it('adds each implementation to the matrix of its folder, and replaces what it said before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'framewire-pages-'));
  try {
    const pages = join(folder, 'pages');
    await writePages(pages, reportOf('My Server/1', [{ id: '3.1', outcome: 'fail', milliseconds: 1 }]));
    await writePages(pages, reportOf('b', [{ id: '3.1', outcome: 'pass', milliseconds: 1 }], 'client'));
    const index = await writePages(pages, reportOf('My Server/1', [{ id: '3.1', outcome: 'pass', milliseconds: 1 }]));
    expect((await readdir(pages)).sort()).toEqual([
      'client-b.html',
      'client-b.json',
      'index.html',
      expect.stringMatching(/^server-my-server-1-[0-9a-f]{8}\.html$/),
      expect.stringMatching(/^server-my-server-1-[0-9a-f]{8}\.json$/),
    ]);
    const html = await readFile(index, 'utf8');
    expect(html).toContain('2 implementations');
    expect(html.match(/href="[^"]*#3\.1"/g)).toEqual([
      'href="client-b.html#3.1"',
      expect.stringMatching(/^href="server-my-server-1-[0-9a-f]{8}\.html#3\.1"$/),
    ]);
    expect(html).not.toContain('class="fail" href');
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('gives agents files of their own, however alike or foreign their names are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'framewire-pages-'));
  try {
    const agents = ['サーバー', '服务器', 'a b', 'a-b', 'A/B', ''];
    for (const agent of agents) await writePages(folder, reportOf(agent, []));
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    expect(files).toHaveLength(agents.length);
    expect(files.every((file) => /^server-[a-z0-9-]*\.json$/.test(file))).toBe(true);
    expect(files).toContain('server-a-b.json');
  } finally {
    await rm(folder, { recursive: true });
  }
});
