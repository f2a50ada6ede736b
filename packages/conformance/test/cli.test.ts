import { afterEach, expect, it, vi } from 'vitest';
import { VERSION } from '../src/version.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

it('the executable runs the command it was given and leaves its exit status', async () => {
  const argv = process.argv;
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  process.argv = ['node', 'framewire-conformance', '--version'];
  await import('../src/cli.ts');
  await vi.waitFor(() => expect(process.exitCode).toBe(0));
  process.argv = argv;
  expect(write.mock.calls).toEqual([[`${VERSION}\n`]]);
});
