// What those who run the demo ask it over HTTP: `/ready` says whether clients should still be sent here, `/metrics` what it has done, in the text
// format of Prometheus. A server that is open to the world has these on a port that is not.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatMetrics, METRICS_CONTENT_TYPE, type UpgradeServer } from '@framewire/node-server';

export class Operations {
  /** Whether clients should be sent here. */
  ready = true;
  /** Whose metrics are told. */
  server: Pick<UpgradeServer, 'metrics'> | undefined;

  /** Answers a request that is meant for it; returns false for every other. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url === '/ready') {
      const [status, text] = this.ready ? [200, 'ready\n'] : [503, 'draining\n'];
      response.writeHead(status, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' }).end(text);
      return true;
    }
    if (request.url !== '/metrics' || this.server === undefined) return false;
    response.writeHead(200, { 'Content-Type': METRICS_CONTENT_TYPE }).end(formatMetrics(this.server.metrics()));
    return true;
  }
}
