import { describe, expect, it } from 'vitest';
import { soakLines } from '../../src/soak/soak-table.ts';
import { demanded, testCounts, unmet } from '../../src/soak/verdict.ts';
import { demand, sampleSoak } from '../support/sample-soak.ts';

const [idle] = sampleSoak().soaks;
const demands = [demand('closes', true), demand('lost', false), demand('p99', false, true)];
const soaks = idle === undefined ? [] : [{ ...idle, demands }];

describe('the verdict', () => {
  it('is about everything in a long run', () => {
    const report = sampleSoak({ soaks });
    expect(demanded(report)).toHaveLength(3);
    expect(unmet(report).map((one) => one.demand.name)).toEqual(['lost', 'p99']);
  });

  it('is about what other work cannot spoil in a quick one', () => {
    const report = sampleSoak({ soaks, quick: true });
    expect(demanded(report)).toHaveLength(2);
    expect(unmet(report)).toEqual([{ soak: 'idle', demand: demands[1] }]);
  });

  it('is told to npm test, a demand as a test', () => {
    expect(testCounts(sampleSoak({ soaks, quick: true }))).toEqual({
      numPassedTests: 1,
      numFailedTests: 1,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [
        {
          name: 'soak',
          assertionResults: [
            { fullName: 'idle: closes', status: 'passed', failureMessages: [] },
            {
              fullName: 'idle: lost',
              status: 'failed',
              failureMessages: ['3 (reset by /home/somebody/peer.js); demanded: 0'],
            },
          ],
        },
      ],
    });
  });
});

describe('the table', () => {
  it('says of every demand whether it is met, and in a quick run what is only told', () => {
    expect(soakLines(sampleSoak({ soaks, quick: true }))).toEqual([
      'Idle connections  [idle]',
      '  closes  0  (0: met)',
      '  lost    3 (reset by /home/somebody/peer.js)  (0: NOT MET)',
      '  p99     3 (reset by /home/somebody/peer.js)  (0: not met, only told)',
      '  Pings   4',
      '',
      '1 demand is not met.',
    ]);
    expect(soakLines(sampleSoak({ soaks })).at(-1)).toBe('2 demands are not met.');
    expect(soakLines(sampleSoak()).at(-1)).toBe('Everything that is demanded is met.');
  });
});
