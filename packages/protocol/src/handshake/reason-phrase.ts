// The reason phrases of the statuses a handshake usually ends with, as the IANA registry of HTTP status codes has them. Nothing reads them
// but people, and a status without one is as good (RFC 9112, section 4): so there are only those of our own refusals and the commonest others.

const PHRASES: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
};

/** The reason phrase of a status, or `''`: it is for people only (RFC 9112, section 4). */
export function reasonPhrase(status: number): string {
  return PHRASES[status] ?? '';
}
