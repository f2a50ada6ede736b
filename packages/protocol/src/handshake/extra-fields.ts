// Fields a user adds to a head we build. They may hold what a header may hold, and may not replace what the handshake says itself.

import { UsageError } from '../errors.ts';
import { equalsIgnoreCase, isFieldValue, isToken, quote } from './fields.ts';
import type { Fields } from './head.ts';

/** Written by the handshake, or without meaning in one: it has no body (RFC 6455, section 4.1). */
const RESERVED = ['Connection', 'Upgrade', 'Content-Length', 'Transfer-Encoding'];
const RESERVED_PREFIX = 'Sec-WebSocket-';

/**
 * Throws unless the fields may be added to a head.
 *
 * @param reserved further names that are written by us
 * @throws UsageError INVALID_OPTION
 */
export function checkExtraFields(fields: Fields, reserved: readonly string[] = []): void {
  if (!Array.isArray(fields)) throw new UsageError('INVALID_OPTION', 'fields must be a list of [name, value].');
  for (const [name, value] of fields as Fields) {
    if (!isToken(name)) throw new UsageError('INVALID_OPTION', `fields: ${quote(String(name))} is no field name.`);
    if (!isFieldValue(value)) {
      throw new UsageError(
        'INVALID_OPTION',
        `fields: the value of ${name} has characters that are not allowed, such as a line break or one beyond U+00FF.`,
      );
    }
    if (isReserved(name, RESERVED) || isReserved(name, reserved) || startsReserved(name)) {
      throw new UsageError(
        'INVALID_OPTION',
        `fields: ${name} is set by the handshake itself: use its option, if it has one.`,
      );
    }
  }
}

function isReserved(name: string, reserved: readonly string[]): boolean {
  return reserved.some((other) => equalsIgnoreCase(name, other));
}

function startsReserved(name: string): boolean {
  return equalsIgnoreCase(name.slice(0, RESERVED_PREFIX.length), RESERVED_PREFIX);
}
