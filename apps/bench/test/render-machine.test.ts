import { describe, expect, it } from 'vitest';
import { machineLine, machineList, withoutFolders } from '../src/render-machine.ts';
import { sampleReport } from './support/sample-report.ts';

describe('the machine', () => {
  it('is told in one line, with versions, command and date', () => {
    const line = machineLine(sampleReport()).replaceAll('\u00a0', ' ');
    expect(line).toMatch(/^Sample CPU, 2 cores, Linux 6.1 · Node 24.21.0 · framewire 0.1.0, ws 8.23.0, /);
    expect(line).toMatch(/ · npm run bench -- --write · 2026-05-04$/);
  });

  it('tells the version of everybody once', () => {
    const versions = {
      net: 'Node 24.21.0',
      'node-global': '24.21.0',
      ws: '8.23.0',
      'ws+bufferutil': '8.23.0',
      'ws pre-framed': '8.23.0',
      'ws, Node 20': '8.23.0',
      'ws, old': '7.5.0',
      websocket: 'v1.0.35',
    };
    expect(machineList({ ...sampleReport(), versions }).join('\n')).toContain(
      '- Versions: ws 8.23.0, ws, old 7.5.0, websocket 1.0.35.\n',
    );
  });

  it('says what was not as it should be', () => {
    const report = sampleReport();
    const machine = { ...report.machine, cores: 1, pinned: false, loadBefore: 3 };
    const list = machineList({ ...report, mode: 'quick', machine }).join('\n');
    expect(list).toContain('not pinned to cores; load before the run 3.00');
    expect(list).toContain('a quick run');
    expect(machineLine({ ...report, machine })).toContain('1 core,');
  });

  it('keeps the folders of the machine to itself', () => {
    const command = 'npm run bench -- --json /home/somebody/out.json --write';
    expect(machineList({ ...sampleReport(), command }).join('\n')).toContain('Command: `npm run bench -- --write`');
    expect(withoutFolders("Cannot find '/home/somebody/it/peer.node'\n of file:///opt/a/b.mjs, 1/2")).toBe(
      "Cannot find 'peer.node' of b.mjs, 1/2",
    );
  });
});
