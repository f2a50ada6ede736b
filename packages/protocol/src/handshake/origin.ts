// Which web pages may open a WebSocket here (RFC 6455, section 10.2). Browsers send cookies along with an opening handshake and ask no
// permission first, so the Origin field is all that tells our own page from a stranger's. Programs other than browsers need not send one.

import { UsageError } from '../errors.ts';
import { normalizeAuthority } from './authority.ts';
import { quote } from './fields.ts';
import type { RequestHead } from './head.ts';

/**
 * Which origins a server accepts. Requests without an Origin are not from a browser and always pass.
 *
 * - `same`: the origin must have the scheme, host and port of the request itself;
 * - a list: these too, as browsers write them, such as `https://example.com` or `null`;
 * - a function: decides alone;
 * - `dangerously-any`: every web page may act here in the name of its visitor.
 */
export type OriginPolicy =
  | 'same'
  | 'dangerously-any'
  | readonly string[]
  | ((origin: string, head: RequestHead) => boolean);

/** A serialized origin that is not `null` (RFC 6454, section 6.2), in lower case. */
const SERIALIZED = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@A-Z]+$/;
const WEB = /^(https?):\/\/(.*)$/i;

/**
 * Whether the policy accepts the origin of a request.
 *
 * @param authority the normalized authority of Host
 */
export function allowsOrigin(
  policy: OriginPolicy,
  origin: string,
  head: RequestHead,
  authority: string,
  secure: boolean,
): boolean {
  if (policy === 'dangerously-any') return true;
  // Not what merely looks true: the promise of an asynchronous function would let everyone in.
  if (typeof policy === 'function') return policy(origin, head) === true;
  return isSameOrigin(origin, authority, secure) || (policy !== 'same' && policy.includes(origin));
}

function isSameOrigin(origin: string, authority: string, secure: boolean): boolean {
  const match = WEB.exec(origin);
  if (match === null) return false;
  // Both groups take part in every match.
  const [, scheme, host] = match as unknown as [string, string, string];
  return scheme.toLowerCase() === (secure ? 'https' : 'http') && normalizeAuthority(host, secure) === authority;
}

/**
 * Throws where a policy could never do what it says, such as for an origin with a path.
 *
 * @throws UsageError INVALID_OPTION
 */
export function checkOriginPolicy(policy: OriginPolicy): void {
  if (policy === 'same' || policy === 'dangerously-any' || typeof policy === 'function') return;
  if (!Array.isArray(policy)) {
    throw new UsageError(
      'INVALID_OPTION',
      "origins must be 'same', a list of origins, a function or 'dangerously-any'.",
    );
  }
  for (const origin of policy) {
    if (!isSerializedOrigin(origin)) {
      throw new UsageError(
        'INVALID_OPTION',
        `origins: ${quote(String(origin))} is not as browsers write an origin: scheme://host in lower case, a port only if it is not the default, no path.`,
      );
    }
  }
}

function isSerializedOrigin(origin: unknown): boolean {
  if (origin === 'null') return true;
  return typeof origin === 'string' && SERIALIZED.test(origin) && !/^(?:http:.*:80|https:.*:443)$/.test(origin);
}
