// What every side of the wire shares: the Connection contract, the parts a shell builds one from, and reconnecting.

export type { Clock, Timer } from './clock.ts';
export { closedError, closureOf, type Outcome } from './closure.ts';
export type { Closure, Connection, Listener, Message, State } from './connection.ts';
export { DrainGate } from './drain-gate.ts';
export { type Ending, Inbox, type InboxOptions, type InboxPort, type MessageListener } from './inbox.ts';
export { checkMessage, messageSize } from './message.ts';
