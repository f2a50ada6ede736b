import { expect, it } from 'vitest';
import { acceptKey } from '../../src/wire/accept-key.ts';

it('acceptKey answers the key of RFC 6455, section 1.3', () => {
  expect(acceptKey('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});
