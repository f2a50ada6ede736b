import { expect, it } from 'vitest';
import { LimitError } from '../src/limit-error.ts';

it('says what happened, which option is behind it, and how much that allows', () => {
  const error = new LimitError('maxSendQueue', 4096, 'The peer reads too slowly.');
  expect(error).toMatchObject({ option: 'maxSendQueue', limit: 4096 });
  expect(String(error)).toBe('LimitError: The peer reads too slowly. maxSendQueue is 4096.');
});
