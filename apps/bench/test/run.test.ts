import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Contestant } from '../src/contestant.ts';
import { defineScenario, type Scenario, type ScenarioContext } from '../src/define-scenario.ts';
import type { ContestantResult } from '../src/report.ts';
import { run, selectScenarios } from '../src/run.ts';

const READY = 'console.log(JSON.stringify({ version: "9.9" })); process.stdin.on("end", () => process.exit()).resume()';
const there: Contestant = { name: 'there', runtime: 'Node', command: process.execPath, args: ['-e', READY] };
const missing: Contestant = { name: 'missing', runtime: 'Node 99', command: '/no/such/node', args: [] };

function scenario(id: string, measure: (context: ScenarioContext) => Promise<readonly ContestantResult[]>): Scenario {
  const run = async (context: ScenarioContext) => ({ results: await measure(context) });
  return defineScenario({ id, group: 'echo', title: id.toUpperCase(), inQuick: id.startsWith('quick'), run });
}

function result(contestant: string): ContestantResult {
  return { contestant, metrics: { cpu: { median: 1, low: 1, high: 1 } }, loadWasBottleneck: false };
}

const runIt = (scenarios: readonly Scenario[]) => {
  const said: string[] = [];
  return run({ scenarios, quick: true, command: 'npm run bench', say: (line) => said.push(line) }).then((report) => ({
    report,
    said,
  }));
};

describe.runIf(existsSync('/proc/self/stat'))('run', () => {
  it('starts a process for each scenario, and names a contestant that cannot run here', async () => {
    const pids: (number | undefined)[] = [];
    const one = scenario('one', async (context) => {
      for (const contestant of [there, missing]) pids.push((await context.contestant(contestant))?.pid);
      return [result('there')];
    });
    const { report } = await runIt([one, { ...one, id: 'two' }]);
    expect(pids[0]).toBeGreaterThan(0);
    expect(pids).toEqual([pids[0], undefined, expect.any(Number), undefined]);
    expect(pids[2]).not.toBe(pids[0]);
    expect(report.versions).toEqual({ there: '9.9' });
    expect(report.unavailable).toEqual([
      { contestant: 'missing', reason: expect.stringMatching(/^Node 99: .*no\/such\/node/) },
    ]);
    expect(report.scenarios.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(report).toMatchObject({ mode: 'quick', command: 'npm run bench', node: process.versions.node });
    expect(report.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(() => process.kill(pids[0] ?? 0, 0)).toThrow('ESRCH');
  });

  it('ends the processes of a scenario with it', async () => {
    let pid = 0;
    const first = scenario('first', async (context) => {
      pid = (await context.contestant(there))?.pid ?? 0;
      return [];
    });
    const second = scenario('second', async () => {
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      return [result('there')];
    });
    const { report } = await runIt([first, second]);
    expect(report.scenarios.map(({ id }) => id)).toEqual(['first', 'second']);
  });

  it('tells of a scenario that fails, and goes on with the next', async () => {
    const broken = scenario('broken', () => Promise.reject(new Error('It broke.')));
    const { report, said } = await runIt([broken, scenario('sound', async () => [result('there')])]);
    expect(report.scenarios.map(({ id }) => id)).toEqual(['sound']);
    expect(report.unavailable).toEqual([{ contestant: 'everyone in broken', reason: 'It broke.' }]);
    expect(said.join('\n')).toContain('[1/2] broken: failed: Error: It broke.');
  });

  it('names a contestant that failed while it ran', async () => {
    const one = scenario('one', async (context) => {
      context.unavailable('framewire', 'in one: What came back is not what was sent.');
      return [];
    });
    const { report } = await runIt([one]);
    expect(report.unavailable).toEqual([
      { contestant: 'framewire', reason: 'in one: What came back is not what was sent.' },
    ]);
  });
});

describe('selectScenarios', () => {
  const all = ['quick-echo', 'echo', 'size-16'].map((id) => scenario(id, async () => []));
  const ids = (only: string[], quick: boolean) => selectScenarios(all, only, quick).map(({ id }) => id);

  it('finds them by parts of their ids, and in a quick run only those it has', () => {
    expect(ids([], false)).toEqual(['quick-echo', 'echo', 'size-16']);
    expect(ids([], true)).toEqual(['quick-echo']);
    expect(ids(['echo', '16'], false)).toEqual(['quick-echo', 'echo', 'size-16']);
    expect(ids(['size'], false)).toEqual(['size-16']);
    expect(ids(['size'], true)).toEqual([]);
  });
});
