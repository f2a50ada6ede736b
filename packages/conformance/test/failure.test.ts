import { expect, it } from 'vitest';
import { CaseFailure, NotSupported } from '../src/failure.ts';

it('names both ways a case ends other than well', () => {
  expect(`${new CaseFailure('Expected a, and received b.')}`).toBe('CaseFailure: Expected a, and received b.');
  expect(`${new NotSupported('The server declined.')}`).toBe('NotSupported: The server declined.');
});
