import { describe, expect, it } from 'vitest';
import { CommandLineError } from '../../src/command-line.ts';
import { parseSoakCommandLine, SOAK_HELP, SOAK_IDS } from '../../src/soak/soak-command-line.ts';
import { scaleOf } from '../../src/soak/soak-scale.ts';

describe('the command line of the soaks', () => {
  it('asks for everything of the reliability page for half an hour when nothing is said', () => {
    expect(parseSoakCommandLine([])).toEqual({
      only: SOAK_IDS,
      minutes: 30,
      connections: 60_000,
      rate: 20_000,
      churn: 500,
      readers: 10_000,
      rounds: 7,
      oneByOne: false,
      quick: false,
      json: undefined,
      report: undefined,
      write: false,
      render: undefined,
      help: false,
    });
  });

  it('takes a minute, and fewer connections, to be quick', () => {
    const quick = parseSoakCommandLine(['--quick']);
    expect(quick).toMatchObject({
      quick: true,
      minutes: 1,
      connections: 10_000,
      rate: 20_000,
      churn: 500,
      readers: 200,
      rounds: 1,
    });
    expect(parseSoakCommandLine(['--quick', '--minutes', '0.5'])).toMatchObject({ minutes: 0.5 });
  });

  it('takes the soaks in their own order, each once', () => {
    expect(parseSoakCommandLine(['--only', 'churn, idle,churn']).only).toEqual(['idle', 'churn']);
  });

  it.each([
    [['--only', 'idle,sleep'], 'There is no soak "sleep". There are: idle, traffic, churn, fairness, stalled.'],
    [['--minutes', '0'], '--minutes must be a number over 0, not "0".'],
    [['--rate', 'fast'], '--rate must be a number over 0, not "fast".'],
    [['--write', '--only', 'idle'], '--write needs a whole run'],
    [['--write', '--quick'], '--write needs a whole run'],
    [['--quick', '--one-by-one'], '--quick does all at the same time'],
    [['--fast'], '--help tells the options.'],
    [['idle'], '--help tells the options.'],
  ])('refuses %j and says why', (args, why) => {
    expect(() => parseSoakCommandLine(args)).toThrow(CommandLineError);
    expect(() => parseSoakCommandLine(args)).toThrow(why);
  });

  it('has a line of help for every option', () => {
    for (const name of [
      'minutes',
      'only',
      'one-by-one',
      'connections',
      'rate',
      'churn',
      'readers',
      'rounds',
      'quick',
      'json',
    ]) {
      expect(SOAK_HELP).toContain(`  --${name}`);
    }
  });
});

describe('the scale', () => {
  it('has a sample every 10 s in a long run, and thirty of them in a short one', () => {
    const scale = scaleOf(parseSoakCommandLine([]));
    expect(scale).toMatchObject({ time: 1_800_000, warmUp: 300_000, sampleEvery: 10_000, stalling: 1000 });
    expect(scaleOf(parseSoakCommandLine(['--minutes', '1'])).sampleEvery).toBe(2000);
  });
});
