// The request target, parsed once (RFC 9112, section 3.2). An opening handshake names a path and query, or a whole URL whose authority
// is that of Host. Nothing is decoded, resolved or collapsed: what the application compares is what was sent.

import { normalizeAuthority } from './authority.ts';

/** A request target taken apart. */
export interface Target {
  /** From the first `/` on, as sent. `//evil.example` is a path like any other: do not resolve it as a URL reference. */
  readonly path: string;
  /** `''`, or what follows the path from `?` on, as sent. */
  readonly query: string;
}

/** Visible ASCII but `#`: a target has no fragment (RFC 6455, section 3). */
const CHARACTERS = /^[\x21\x22\x24-\x7e]+$/;
const ABSOLUTE = /^(?:https?|wss?):\/\/([^/?]*)/i;

/**
 * Path and query of a request target, or undefined where it is neither in origin form nor a URL with the given authority.
 *
 * @param authority the normalized authority of Host
 */
export function parseTarget(target: string, authority: string, secure: boolean): Target | undefined {
  if (!CHARACTERS.test(target)) return undefined;
  let rest = target;
  if (!target.startsWith('/')) {
    // A server must accept the absolute form (RFC 9112, section 3.2.2), and its client must send the same authority in Host
    // (section 3.2). Where they differ, two servers could understand two different hosts.
    const match = ABSOLUTE.exec(target);
    if (match === null || normalizeAuthority(match[1] as string, secure) !== authority) return undefined;
    rest = target.slice(match[0].length);
  }
  const mark = rest.indexOf('?');
  const path = mark === -1 ? rest : rest.slice(0, mark);
  // No grammar has a backslash in a path, and URL parsers of browsers take it for a slash.
  if (path.includes('\\')) return undefined;
  return { path: path === '' ? '/' : path, query: mark === -1 ? '' : rest.slice(mark) };
}

/** Whether a client may ask for this target: a path, and perhaps a query (RFC 6455, section 4.1). */
export function isOriginForm(target: unknown): target is string {
  return typeof target === 'string' && target.startsWith('/') && parseTarget(target, '', false) !== undefined;
}
