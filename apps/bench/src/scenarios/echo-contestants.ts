// The echo servers. Each is the shortest program its documentation suggests, as it ships.

import { inBun, inDeno, inNode } from '../contestant.ts';
import type { EchoContestant } from '../echo-measurement.ts';
import type { NodeVersion } from '../runtimes.ts';

const WITHOUT_ADDON = { WS_NO_BUFFER_UTIL: '1' };

export const framewire: EchoContestant = inNode('framewire', 'framewire.mjs');
/** With the option that reads accepted sockets into one buffer, which no public API of Node gives. */
export const framewireSharedRead: EchoContestant = inNode('framewire (shared read)', 'framewire.mjs', {
  args: ['shared-read'],
});
export const ws: EchoContestant = inNode('ws', 'ws.mjs', { environment: WITHOUT_ADDON });
export const wsWithAddon: EchoContestant = inNode('ws+bufferutil', 'ws.mjs', { args: ['bufferutil'] });
export const websocket: EchoContestant = inNode('websocket', 'websocket.mjs');
/** Its binary needs a newer C library than some systems have; what there is for Node 20 loads on older ones. */
export const uWebSockets: EchoContestant = inNode('uWebSockets.js', 'uwebsockets.mjs', { version: 20 });
export const bun: EchoContestant = inBun('Bun', 'bun.mjs');
export const deno: EchoContestant = inDeno('Deno', 'deno.mjs');
export const net: EchoContestant = { ...inNode('net', 'net.mjs'), raw: true };

/** Ours and ws in another Node. */
export function inNodeVersion(version: NodeVersion): readonly EchoContestant[] {
  return [
    inNode(`framewire, Node ${version}`, 'framewire.mjs', { version }),
    inNode(`ws, Node ${version}`, 'ws.mjs', { version, environment: WITHOUT_ADDON }),
  ];
}
