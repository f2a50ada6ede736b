// What authorize returns to turn a client away: an HTTP response, checked and built when it is made, so that a wrong status or a header
// with a line break fails where it was written.

import {
  buildRejection,
  fieldValues,
  type HandshakeError,
  handshakeError,
  type Rejection,
  UsageError,
} from '@framewire/protocol';
import { fieldsOf, type HeaderFields } from './header-fields.ts';
import { checkNames } from './option-names.ts';
import { retryAfterFields } from './retry-after.ts';

// Registered, so that a refusal made by another copy of this module (ESM beside CJS) is no accepted context.
const REFUSAL: unique symbol = Symbol.for('framewire.refusal');

/** Made by {@link refuse}: returned from `authorize`, it turns the client away. */
export interface Refusal {
  /** The HTTP status. */
  readonly status: number;
  /** @internal */
  readonly [REFUSAL]: { readonly error: HandshakeError; readonly rejection: Rejection };
}

/** More of the response that turns a client away. */
export interface RefusalOptions {
  /** Such as `WWW-Authenticate`, or `Location` with a redirect. Not those the handshake sets itself. */
  readonly headers?: HeaderFields | undefined;
  /** The text to send. Default: one plain sentence. With a Content-Type in `headers`, any text format. */
  readonly body?: string | undefined;
  /**
   * Milliseconds to stay away, as with 429 and 503: rounded up to seconds in Retry-After (RFC 9110, section 10.2.3), which `reconnect` heeds.
   * 0 to 2^31 - 1; default: no such field.
   */
  readonly retryAfter?: number | undefined;
}

/**
 * Turns a client away: return it from `authorize`.
 *
 * Browsers do not show the response to the page, whatever it says; other clients do.
 *
 * @param status 300 to 599
 * @throws UsageError INVALID_ARGUMENT for another status, INVALID_OPTION for an option there is not, for headers that are malformed or the
 *   handshake's own, and for a `retryAfter` that is out of range or stands in the headers, too
 */
export function refuse(status: number, options: RefusalOptions = {}): Refusal {
  checkNames('refuse', options);
  const error = handshakeError('REFUSED', undefined, { status });
  const fields = fieldsOf(options.headers);
  const retryAfter = retryAfterFields(options.retryAfter);
  if (retryAfter.length > 0 && fieldValues(fields, 'Retry-After').length > 0) {
    throw new UsageError('INVALID_OPTION', 'Give either retryAfter, or a Retry-After in headers.');
  }
  const rejection = buildRejection(error, [...fields, ...retryAfter], options.body);
  return { status, [REFUSAL]: { error, rejection } };
}

/** What `refuse` has made, or undefined for anything else. */
export function refusalIn(value: unknown): Refusal[typeof REFUSAL] | undefined {
  return typeof value === 'object' && value !== null ? (value as Partial<Refusal>)[REFUSAL] : undefined;
}
