import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeInput, readCorpus, unescapeInput } from '../../fuzz/corpus.ts';

it('writes any input as one line of visible ASCII, and reads it again', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (input) => {
      const line = escapeInput(input);
      expect(line).toMatch(/^[ -~]*$/);
      expect(line).not.toMatch(/^[# ]| $/);
      expect(unescapeInput(line)).toEqual(input);
    }),
  );
});

it('keeps text readable', () => {
  const line = String.raw`\x00\x07GET / HTTP/1.1\r\nHost: a\\b\r\n\r\n`;
  expect(escapeInput(unescapeInput(line))).toBe(line);
});

it('finds the corpus of a target beside the module that exports it', () => {
  const module = new URL('../../fuzz/targets.ts', import.meta.url).href;
  expect(readCorpus(module, 'utf8')).toContainEqual(expect.any(Uint8Array));
  expect(readCorpus(module, 'never-heard-of')).toEqual([]);
});
