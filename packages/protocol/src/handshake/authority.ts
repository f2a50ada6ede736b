// The authority of a URL as it stands in Host and Origin: a host, perhaps a port (RFC 9110, section 7.2; RFC 3986, section 3.2).
// User information is never part of it.

const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?$/;

/**
 * The authority in lower case and without the default port of its scheme, so that two of them can be compared as strings; undefined
 * for what is no authority.
 *
 * @param secure whether the default port is that of https and wss
 */
export function normalizeAuthority(authority: string, secure: boolean): string | undefined {
  const match = AUTHORITY.exec(authority);
  if (match === null) return undefined;
  const host = (match[1] as string).toLowerCase(); // the first group takes part in every match
  const digits = match[2];
  // An empty port means the default one (RFC 3986, section 6.2.3).
  if (digits === undefined || digits === '') return host;
  const port = Number(digits);
  if (port > 65_535) return undefined;
  return port === (secure ? 443 : 80) ? host : `${host}:${port}`;
}
