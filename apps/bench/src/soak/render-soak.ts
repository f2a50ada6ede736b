// docs/soak.md, all of it made from a report, and its plots.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutFolders } from '../render-machine.ts';
import { bytes, short } from '../render-numbers.ts';
import { table } from '../render-tables.ts';
import { renderSoakPlots, SOAK_PLOTS, shownCommand } from './soak-plots.ts';
import type { SoakId, SoakReport, SoakResult } from './soak-report.ts';
import { unmet } from './verdict.ts';

const PAGE = join('docs', 'soak.md');
const FOLDER = join('docs', 'soak');

/** What each soak does, in words. */
const PROSE: Readonly<Record<SoakId, string>> = {
  idle: `Four server processes hold the connections, for a process may have 20,000 files here. Nobody sends anything but the keepalive: a Ping after
25 s of silence, which the client answers; who does not within 20 s is closed. Clients come from 127.0.0.2 to 127.0.0.5. Memory of a connection is what
the servers had more of after they were opened, each with its garbage collected; that of the kernel is for both ends, which are both on this machine.`,
  traffic: `Our client sends over 200 connections, our server echoes. The messages of a connection are numbered, and every byte of what comes back is
compared. Each message has a time at which it is due, and is sent then whether or not those before were answered. Latency counts from that time, so
when server or sender stand still, every message that was due meanwhile says so. Both do stand still now and then: this is the latency
while every server collects its garbage at each sample.`,
  churn: `Connections open, say one message each way, and close: 9 of 20 by the client, 8 by the server, and of 20 one is reset, one is refused, and one
gives up in the middle of its handshake. Before the baseline, 3 s of the same come and go, and 40 connections are held for a moment to learn from a heap
snapshot what connections are made of. Afterwards there must be exactly as many objects of these classes as before, as many timers and other
handles, open files, and listeners. Objects of common kinds (arrays, maps, promises, buffers) may be some more, less than one in a hundred connections, for some code
runs for the first time late. The process of the clients is held to the same. For each sample of memory
nobody comes for a moment, and who should have come comes right after it: what is in memory then is what was left.`,
  fairness: `A quiet client sends 64 B every 5 ms and waits for the echo. Then another sends as fast as its socket takes it, first small frames, then
large ones, and reads what comes back. The figures are medians of the rounds. The clients share a core, on which the quiet one goes first. What is lost
beside large frames is V8's: each such message is memory of its own, which the application may keep, and every few dozen of them the process
stands still until it is collected.`,
  stalled: `The server sends one message to all, again and again, as soon as all who read have it. Then one in ten stops reading. First the kernel fills its
buffers for them, some 2.5 MB each; then the server's queue, which may hold 256 KB here; over that, the connection is closed with 1008. Throughput is what the
others get, from the moment of the stop until all who stopped are closed. The plots below show the first round: where it falls, the kernel of this one machine holds
about a gigabyte for those who stopped, and when they are closed, it comes back. We take it for the kernel's pressure on the memory of TCP, which is not proven.`,
};

export function renderSoakPage(report: SoakReport): string {
  const { machine, node, version, command, date, minutes, together, quick } = report;
  const failed = unmet(report);
  const scope = quick ? ' It was a quick run: on smaller scale, and what measures time is told and not demanded.' : '';
  const held = `Idle connections, traffic and churn were held for ${short(minutes)} ${minutes === 1 ? 'minute' : 'minutes'}, ${together ? 'at the same time' : 'one after another'}.`;
  const paragraphs = [
    '# The soak',
    `Made by \`npm run soak -- --write\`; everything on this page is from one run of it. ${held}${scope}`,
    failed.length === 0
      ? '**Everything that is demanded was met.**'
      : `**Not met: ${failed.map(({ soak, demand }) => `${demand.name} (${soak})`).join(', ')}.**`,
    [
      `- Machine: ${machine.cpu}, ${machine.cores} cores, ${bytes(machine.memoryBytes)} of memory, ${machine.system}; ${machine.pinned ? 'servers on one core, load on the other' : 'not pinned to cores'}; load before the run ${machine.loadBefore.toFixed(2)}.`,
      `- Node ${node}, framewire ${version}.`,
      `- Command: \`${shownCommand(command)}\`, on ${date}.`,
    ].join('\n'),
    ...report.soaks.flatMap((soak) => sectionOf(soak)),
    '## Growth',
    `Every server process is asked every 10 s for its heap, its array buffers and its resident memory, after its garbage was collected by force. The samples of
the first sixth are warm-up. Of the others, the least of every three counts, for what is under way at the instant of a sample only ever adds, and what leaks is in all of them. Each of these must lie within 2 % of their median, and there must be no positive slope. The slope is that of Theil and
Sen, the median of the slopes of all pairs, with Sen's confidence interval: both ask nothing of how the noise is distributed, and a few samples that are off do not
move them. It counts as positive when the whole interval of 95 % is above zero and what it adds up to is more than a quarter of the
band: less than that is code that V8 compiles late. One byte lost for each connection would be more. What is in use at the instant of a sample is no growth: 32 KB of the heap
and 256 KB of array buffers, four reads, may come and go.`,
    ...plotsOf(report),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function sectionOf({ id, title, demands, figures }: SoakResult): string[] {
  const rows = demands.map(({ name, demand, figure, met }) => [
    name,
    demand,
    withoutFolders(figure),
    met ? 'yes' : '**no**',
  ]);
  return [
    `## ${title}`,
    PROSE[id],
    table(['', 'demanded', 'was', 'met'], rows),
    ...(figures.length === 0
      ? []
      : [
          table(
            ['beside that', ''],
            figures.map(({ name, figure }) => [name, figure]),
          ),
        ]),
  ];
}

function plotsOf(report: SoakReport): string[] {
  const rendered = renderSoakPlots(report);
  const shown = SOAK_PLOTS.filter(({ name }) => rendered.has(`${name}.svg`));
  return ['## Over time', ...shown.map(({ name, title }) => `![${title}](soak/${name}.svg)`)];
}

/** Writes the page and its plots under `root`, the folder of the repository, and returns their paths, relative to it. */
export function writeSoakDocs(report: SoakReport, root: string): readonly string[] {
  mkdirSync(join(root, FOLDER), { recursive: true });
  writeFileSync(join(root, PAGE), renderSoakPage(report));
  const plots = [...renderSoakPlots(report)].map(([name, svg]) => {
    const path = join(FOLDER, name);
    writeFileSync(join(root, path), svg);
    return path;
  });
  return [PAGE, ...plots];
}
