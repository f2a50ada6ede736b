// What those who run the demo ask it over HTTP: `/ready` says whether clients should still be sent here.

import type { IncomingMessage, ServerResponse } from 'node:http';

export class Operations {
  /** Whether clients should be sent here. */
  ready = true;

  /** Answers a request that is meant for it; returns false for every other. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url !== '/ready') return false;
    response
      .writeHead(this.ready ? 200 : 503, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' })
      .end(this.ready ? 'ready\n' : 'draining\n');
    return true;
  }
}
