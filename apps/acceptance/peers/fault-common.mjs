// What the processes of faults have in common: what they say, the numbers that show whether a message was lost, doubled or out of order.

import process from 'node:process';
import { plainClosure } from './plain-error.mjs';

process.on('disconnect', () => process.exit());

/** @param {object} news */
export function say(news) {
  // The parent may be gone.
  if (process.connected) process.send(news, () => undefined);
}

/** Of all connections. @type {Tally[]} */
const tallies = [];

/** What both kinds count about one connection. */
export class Tally {
  received = 0;
  misplaced = 0;
  mostQueued = 0;
  dropped = 0;

  constructor() {
    tallies.push(this);
  }

  /** @param {string | Uint8Array} message */
  take(message) {
    if (message !== String(this.received)) this.misplaced++;
    this.received++;
  }
}

/** Says how a connection ended. */
export function sayClosed(id, path, closure, { received, misplaced, mostQueued, dropped }) {
  say({ kind: 'closed', id, path, closure: plainClosure(closure), received, misplaced, mostQueued, dropped });
}

/** Without a descriptor left, Node cannot read how much memory it has, and throws. */
function memory() {
  try {
    return process.memoryUsage();
  } catch {
    return { heapUsed: 0, arrayBuffers: 0 };
  }
}

/** Says who and what is here. A server has metrics, which count beginnings and ends. */
export function sayCensus(connections, metrics) {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = memory();
  const census = {
    connections: connections.length,
    sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
    pending: metrics?.handshakes.pending ?? 0,
    begun: metrics?.connections.opened ?? 0,
    ended: metrics?.connections.closed ?? 0,
    heapUsed,
    arrayBuffers,
    mostQueued: Math.max(0, ...tallies.map((tally) => tally.mostQueued)),
    mostDropped: Math.max(0, ...tallies.map((tally) => tally.dropped)),
    wallClockReads: globalThis.wallClock?.reads ?? [],
    roundTripTimes: connections.map(({ roundTripTime }) => roundTripTime),
  };
  say({ kind: 'census', census });
}
