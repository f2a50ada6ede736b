import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { report, warn } from '../src/report.ts';

interface Emitted extends Error {
  readonly detail?: string;
}

async function nextWarning(): Promise<Emitted> {
  const [warning] = (await once(process, 'warning')) as [Emitted];
  return warning;
}

// Node prints warnings to stderr; the tests look at them, and nobody else needs to.
vi.spyOn(process.stderr, 'write').mockReturnValue(true);

describe('report', () => {
  it('tells the listener', () => {
    const heard: unknown[] = [];
    report('error', (error) => heard.push(error));
    expect(heard).toEqual(['error']);
  });

  it('prints what the listener throws', async () => {
    const warning = nextWarning();
    report('first', () => {
      throw new Error('second');
    });
    expect((await warning).message).toContain('second');
  });

  it('prints what an asynchronous listener rejects with', async () => {
    const warning = nextWarning();
    report('first', (async () => {
      throw new Error('third');
    }) as () => void);
    expect((await warning).message).toContain('third');
  });
});

describe('warn', () => {
  it('prints an error with its stack', async () => {
    const error = new Error('boom');
    const warning = nextWarning();
    warn(error);
    const { name, message, detail } = await warning;
    expect(name).toBe('FramewireWarning');
    expect(message).toBe('A WebSocket server met an error: boom');
    expect(detail).toBe(error.stack);
  });

  it('prints what is no error, too', async () => {
    const warning = nextWarning();
    warn('just text');
    const { message, detail } = await warning;
    expect(message).toBe('A WebSocket server met an error: just text');
    expect(detail).toBe(undefined);
  });

  it.each<[string, unknown]>([
    ['[Object: null prototype] {}', Object.create(null)],
    ['Symbol(x)', Symbol('x')],
    ['one that cannot be shown.', Object.assign(new Error('x'), { message: Symbol('y') })],
    ['undefined', undefined],
  ])('prints what cannot become a string: %s', async (text, error) => {
    const warning = nextWarning();
    warn(error);
    expect((await warning).message).toBe(`A WebSocket server met an error: ${text}`);
  });

  it('prints an error without a stack', async () => {
    const error = new Error('bare');
    Object.defineProperty(error, 'stack', { value: undefined });
    const warning = nextWarning();
    warn(error);
    expect((await warning).message).toContain('bare');
  });
});
