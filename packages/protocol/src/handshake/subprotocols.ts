// Subprotocols (RFC 6455, sections 1.9, 4.1 and 4.2.2): the client lists what it can speak, the server picks one of that list or none.

import { UsageError } from '../errors.ts';
import { fieldValues, isToken, parseTokens, quote } from './fields.ts';
import type { Fields, RequestHead } from './head.ts';

/**
 * How a server picks a subprotocol: a list, of which the first that the client offers is taken; or a function that is given what
 * is offered and returns one of that, or undefined for none. The function is not called when nothing is offered.
 */
export type SubprotocolPolicy =
  | readonly string[]
  | ((offered: readonly string[], head: RequestHead) => string | undefined);

/** The subprotocols a request offers, or undefined where they are not distinct tokens (RFC 6455, section 4.1). */
export function offeredSubprotocols(fields: Fields): readonly string[] | undefined {
  const values = fieldValues(fields, 'Sec-WebSocket-Protocol');
  if (values.length === 0) return [];
  const offered = parseTokens(values);
  return offered !== undefined && areDistinct(offered) ? offered : undefined;
}

/**
 * The subprotocol picked from what is offered, or `''`.
 *
 * @throws UsageError INVALID_OPTION when a function picks what was not offered
 */
export function selectSubprotocol(policy: SubprotocolPolicy, offered: readonly string[], head: RequestHead): string {
  if (offered.length === 0) return '';
  if (typeof policy !== 'function') return policy.find((name) => offered.includes(name)) ?? '';
  const selected = policy(offered, head);
  if (selected === undefined) return '';
  if (!offered.includes(selected)) {
    // The server picks from what the client sent, or nothing (RFC 6455, section 4.2.2).
    throw new UsageError(
      'INVALID_OPTION',
      `subprotocols picked ${quote(String(selected))}, which the client does not offer: return one of those offered, or undefined.`,
    );
  }
  return selected;
}

/**
 * Throws unless these can stand in Sec-WebSocket-Protocol (RFC 6455, section 4.1).
 *
 * @throws UsageError INVALID_OPTION
 */
export function checkSubprotocols(subprotocols: readonly string[]): void {
  if (!Array.isArray(subprotocols)) throw new UsageError('INVALID_OPTION', 'subprotocols must be a list of tokens.');
  for (const name of subprotocols) {
    if (!isToken(name)) {
      throw new UsageError(
        'INVALID_OPTION',
        `subprotocols: ${quote(String(name))} is no token: use letters, digits and !#$%&'*+-.^_\`|~ (RFC 9110 5.6.2).`,
      );
    }
  }
  if (!areDistinct(subprotocols)) {
    throw new UsageError('INVALID_OPTION', 'subprotocols: each may be listed only once (RFC 6455 4.1).');
  }
}

function areDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
