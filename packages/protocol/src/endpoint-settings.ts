// What all connections of one server or client have in common. It is checked once, and each Endpoint has one reference to it instead of
// copies of its fields.

import { UsageError } from './errors.ts';
import type { FrameCoding, MaskingKeySource } from './frame-encoder.ts';
import {
  DEFAULT_MAX_FRAGMENTS,
  DEFAULT_MAX_MESSAGE_SIZE,
  DEFAULT_MAX_QUEUED_PONGS,
  DEFAULT_MAX_STREAMED_SIZE,
  type Limits,
  limit,
} from './limits.ts';
import { applyMask, type Mask } from './mask.ts';
import { type PayloadMemory, portableMemory } from './payload-memory.ts';
import { ReceiverPool } from './receiver.ts';
import type { Role } from './role.ts';
import { portableText, type TextCodec } from './utf8.ts';

/** How an {@link Endpoint} behaves. */
export type EndpointOptions = Limits & {
  readonly mask?: Mask | undefined;
  readonly text?: TextCodec | undefined;
  readonly memory?: PayloadMemory | undefined;
} & ({ readonly role: 'server' } | { readonly role: 'client'; readonly maskingKey: MaskingKeySource });

/** {@link EndpointOptions} after the check, for any number of endpoints. */
export class EndpointSettings implements Required<Limits>, FrameCoding {
  readonly role: Role;
  readonly mask: Mask;
  readonly text: TextCodec;
  readonly memory: PayloadMemory;
  /** Undefined on a server. */
  readonly maskingKey: MaskingKeySource | undefined;
  readonly maxMessageSize: number;
  readonly maxStreamedMessageSize: number;
  readonly maxFrameSize: number;
  readonly maxFragments: number;
  readonly maxQueuedPongs: number;
  /** @internal */
  readonly receivers: ReceiverPool;

  /** @throws UsageError INVALID_OPTION for a limit out of range, or a client without a source of masking keys */
  constructor(options: EndpointOptions) {
    const { role, mask = applyMask, text = portableText, memory = portableMemory } = options;
    this.maskingKey = options.role === 'client' ? options.maskingKey : undefined;
    if (role === 'client' && typeof this.maskingKey !== 'function') {
      throw new UsageError(
        'INVALID_OPTION',
        'A client must mask: pass maskingKey, a function that gives unpredictable 32-bit numbers (RFC 6455 10.3).',
      );
    }
    this.role = role;
    this.mask = mask;
    this.text = text;
    this.memory = memory;
    this.maxMessageSize = limit('maxMessageSize', options.maxMessageSize, DEFAULT_MAX_MESSAGE_SIZE[role]);
    const large = Math.max(this.maxMessageSize, DEFAULT_MAX_STREAMED_SIZE);
    this.maxStreamedMessageSize = limit('maxStreamedMessageSize', options.maxStreamedMessageSize, large);
    this.maxFrameSize = limit('maxFrameSize', options.maxFrameSize, large);
    this.maxFragments = limit('maxFragments', options.maxFragments, DEFAULT_MAX_FRAGMENTS);
    this.maxQueuedPongs = limit('maxQueuedPongs', options.maxQueuedPongs, DEFAULT_MAX_QUEUED_PONGS);
    this.receivers = new ReceiverPool(this);
    Object.freeze(this);
  }
}
