// What authorize returns to turn a client away: an HTTP response, checked and built when it is made, so that a wrong status or a header
// with a line break fails where it was written.

import { buildRejection, type HandshakeError, handshakeError, type Rejection } from '@framewire/protocol';
import { fieldsOf, type HeaderFields } from './header-fields.ts';

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
}

/**
 * Turns a client away: return it from `authorize`.
 *
 * Browsers do not show the response to the page, whatever it says; other clients do.
 *
 * @param status 300 to 599
 * @throws UsageError INVALID_ARGUMENT for another status, INVALID_OPTION for headers that are malformed or the handshake's own
 */
export function refuse(status: number, options: RefusalOptions = {}): Refusal {
  const error = handshakeError('REFUSED', undefined, { status });
  const rejection = buildRejection(error, fieldsOf(options.headers), options.body);
  return { status, [REFUSAL]: { error, rejection } };
}

/** What `refuse` has made, or undefined for anything else. */
export function refusalIn(value: unknown): Refusal[typeof REFUSAL] | undefined {
  return typeof value === 'object' && value !== null ? (value as Partial<Refusal>)[REFUSAL] : undefined;
}
