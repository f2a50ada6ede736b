// A TCP proxy that is bad on purpose: `@framewire/testing/chaos-proxy`. The one part of this package that needs Node.

export type { ChaosConnection, ChaosDirection, Direction, FaultsOfBoth } from './chaos-proxy/connection.ts';
export type { Faults, JoinFault, LimitFault, Range, SplitFault } from './chaos-proxy/faults.ts';
export { type ChaosProxy, type ChaosProxyOptions, chaosProxy, type Refusal } from './chaos-proxy/proxy.ts';
export type { Target } from './chaos-proxy/target.ts';
