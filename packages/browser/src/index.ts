export { connect } from './connect.ts';
export type { ConnectOptions } from './connect-options.ts';
export { reconnect } from './reconnect.ts';
