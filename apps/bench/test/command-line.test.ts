import { describe, expect, it } from 'vitest';
import { CommandLineError, HELP, parseCommandLine } from '../src/command-line.ts';

describe('parseCommandLine', () => {
  it('asks for everything when nothing is said', () => {
    expect(parseCommandLine([])).toEqual({
      quick: false,
      only: [],
      json: undefined,
      write: false,
      list: false,
      render: undefined,
      help: false,
    });
  });

  it('takes every option', () => {
    const options = parseCommandLine(['--quick', '--only', 'echo-20b, size-,', '--json=out.json', '--list']);
    expect(options).toMatchObject({ quick: true, only: ['echo-20b', 'size-'], json: 'out.json', list: true });
    expect(parseCommandLine(['--write'])).toMatchObject({ write: true });
    expect(parseCommandLine(['--render', 'out.json'])).toMatchObject({ render: 'out.json' });
    expect(parseCommandLine(['--help'])).toMatchObject({ help: true });
  });

  it.each([
    [['--fast'], 'There is no option --fast. The options are --quick, --only VALUE,'],
    [['-q'], 'There is no option -q. The options are'],
    [['--constructor'], 'There is no option --constructor.'],
    [['echo'], '"echo" is not an option. The options are'],
    [['--json'], '--json needs a value: --json report.json'],
    [['--only', '--quick'], '--only needs a value: --only echo-20b'],
    [['--only='], '--only needs a value'],
    [['--quick=yes'], '--quick takes no value.'],
    [['--write', '--quick'], '--write needs a whole run: leave out --quick and --only.'],
    [['--write', '--only', 'echo'], '--write needs a whole run: leave out --quick and --only.'],
  ])('says what is wrong with %j', (args, sentence) => {
    expect(() => parseCommandLine(args)).toThrow(sentence);
    expect(() => parseCommandLine(args)).toThrow(CommandLineError);
  });

  it('has help for every option', () => {
    for (const name of Object.keys(parseCommandLine([]))) expect(HELP).toContain(`--${name} `);
  });
});
