// Which URL a WebSocket is opened with: the rules of the WHATWG constructor (WebSockets Standard, section 3.1), applied here because
// engines differ. Relative URLs stand on the page's base, http and https mean ws and wss, and a fragment has no meaning.

import { UsageError } from '@framewire/protocol';

/** @throws UsageError INVALID_URL */
export function webSocketUrl(url: string | URL): string {
  let href = '';
  try {
    // A worker has no document, and Node has neither.
    const parsed = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
    parsed.protocol = parsed.protocol.replace(/^http/, 'ws');
    ({ href } = parsed);
  } catch {
    // What is no URL at all is told like what is the wrong one.
  }
  // A bare '#' is a fragment too, and `URL.hash` does not show it.
  if (!/^wss?:[^#]*$/.test(href)) {
    throw new UsageError('INVALID_URL', `Cannot connect to ${url}: use ws:// or wss://, without a fragment.`);
  }
  return href;
}
