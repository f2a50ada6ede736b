// `withProbe` for this runtime's own time and events. A program that does not import it, or `reconnect`, does not carry it.

import type { Connection } from '@framewire/connection';
import { type ProbeOptions, settleProbe } from './probe-options.ts';
import { ProbedConnection } from './probed-connection.ts';
import { systemClock } from './system-clock.ts';
import { onWakeUp } from './wake-ups.ts';

/**
 * Gives a connection a probe: it asks the server whether it is there when it has been quiet for a while, and at once when the page comes back
 * from sleep, from the background or from being offline. A server that stays silent is given up: the connection returned
 * is over, and its `closed` tells `PONG_TIMEOUT`. Use it in place of the one given, which has its consumer now.
 *
 * ```ts
 * const connection = withProbe(await connect('/feed'), { message: 'ping', isAnswer: (message) => message === 'pong' });
 * ```
 *
 * @throws UsageError INVALID_OPTION, INVALID_ARGUMENT; ALREADY_CONSUMED when the connection has a consumer
 */
export function withProbe(connection: Connection, probe: ProbeOptions): Connection {
  return new ProbedConnection(connection, settleProbe(probe), { clock: systemClock, wakeUps: onWakeUp });
}
