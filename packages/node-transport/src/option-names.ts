// An option that nobody knows does nothing, silently: a limit with a misspelt name would be none. So servers and clients check the names, too.
// The lists are complete, or they do not compile.

import { UsageError } from '@framewire/protocol';
import type { ControlFrameLimit } from './control-frame-meter.ts';
import type { DeflateOptions } from './deflate/settings.ts';
import type { KeepaliveOptions, TransportOptions } from './settings.ts';

/** The names of options; a record, so that the compiler finds one that is missing. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

export const TRANSPORT_NAMES: OptionNames<TransportOptions> = {
  bytesPerTurn: true,
  clock: true,
  closeTimeout: true,
  deflate: true,
  keepalive: true,
  maxControlFrames: true,
  maxFragments: true,
  maxFrameSize: true,
  maxMessageSize: true,
  maxQueuedPongs: true,
  maxSendQueue: true,
  maxStreamedMessageSize: true,
  messagesPerTurn: true,
  receiveHighWater: true,
  sendHighWater: true,
  slowConsumer: true,
};

const KEEPALIVE: OptionNames<KeepaliveOptions> = { deadline: true, interval: true };

const CONTROL_FRAMES: OptionNames<ControlFrameLimit> = { count: true, window: true };

const DEFLATE: OptionNames<DeflateOptions> = {
  level: true,
  maxJobs: true,
  memLevel: true,
  receiveContextTakeover: true,
  receiveWindowBits: true,
  sendContextTakeover: true,
  sendWindowBits: true,
  threshold: true,
};

/** Options of the transport that are objects of options. */
const INNER: ReadonlyMap<string, object> = new Map<keyof TransportOptions, object>([
  ['keepalive', KEEPALIVE],
  ['maxControlFrames', CONTROL_FRAMES],
  ['deflate', DEFLATE],
]);

/**
 * An option that is undefined is as good as absent.
 *
 * @param owner whose options they are, such as `serve()`
 * @param names those it has, by {@link OptionNames}
 * @param hint where an option that it has not may belong, to stand behind its name
 * @throws UsageError INVALID_OPTION, naming the option that is none, and those there are
 */
export function checkNames(owner: string, options: object, names: object, hint?: (name: string) => string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(names, name)) throw unknownOption(owner, `${name}${hint?.(name) ?? ''}`, names);
    const inner = INNER.get(name);
    // What else it may be is checked where it is used.
    if (inner === undefined || typeof value !== 'object' || value === null) continue;
    for (const [innerName, innerValue] of Object.entries(value)) {
      if (innerValue !== undefined && !Object.hasOwn(inner, innerName))
        throw unknownOption(owner, `${name}.${innerName}`, inner);
    }
  }
}

function unknownOption(owner: string, name: string, names: object): UsageError {
  return new UsageError(
    'INVALID_OPTION',
    `${owner} has no option ${name}. There are ${Object.keys(names).join(', ')}.`,
  );
}
