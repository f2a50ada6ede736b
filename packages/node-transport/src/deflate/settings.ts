// What an application may set about compression, checked once for each server or client; what came of the negotiation makes the codec.

import {
  type AgreedExtension,
  agreedDeflate,
  type DeflatePolicy,
  limit,
  type MessageTransform,
  PERMESSAGE_DEFLATE,
  type Role,
  UsageError,
} from '@framewire/protocol';
import { type CodecOptions, DeflateCodec } from './codec.ts';
import { deflateJobs } from './job-limiter.ts';

/**
 * Compression of messages: permessage-deflate (RFC 7692). Whoever compresses a secret beside text of a stranger gives the secret away by the
 * size of the message: send such messages with `{ compress: false }`.
 */
export interface DeflateOptions {
  /** How hard zlib tries: 1 (default), the fastest, to 9. */
  readonly level?: number | undefined;
  /** Memory of a message that is being compressed: 2 to the power of this and 9 bytes. 1 to 9; default 8, which is 128 KiB. */
  readonly memLevel?: number | undefined;
  /** Messages below this many bytes, or UTF-16 code units of text, are sent as they are. Default 1,024. */
  readonly threshold?: number | undefined;
  /**
   * Whether what we send may refer back to earlier messages, if the peer agrees: similar messages become smaller, and a connection holds
   * 2 to the power of `sendWindowBits` bytes. Default false.
   */
  readonly sendContextTakeover?: boolean | undefined;
  /** The same of what the peer sends. Default false. */
  readonly receiveContextTakeover?: boolean | undefined;
  /** What we send refers back at most 2 to the power of this many bytes: 8 to 15; default 15, which is 32 KiB. */
  readonly sendWindowBits?: number | undefined;
  /** The same of what the peer sends. Below 15, a peer that cannot limit its window gets no compression. */
  readonly receiveWindowBits?: number | undefined;
  /**
   * Messages above 16 KiB that are compressed or inflated at once, in the thread pool; the others wait for their turn. It holds for the
   * process, and the number that was set last is the one that counts. Default 4, as many as Node has threads for it.
   */
  readonly maxJobs?: number | undefined;
}

/** {@link DeflateOptions} after the check. */
export class DeflateSettings {
  /** What to insist on in the negotiation. */
  readonly policy: DeflatePolicy;
  readonly #role: Role;
  readonly #options: CodecOptions;

  constructor(role: Role, options: CodecOptions) {
    const { sendContextTakeover, receiveContextTakeover, sendWindowBits, receiveWindowBits } = options;
    this.#role = role;
    this.#options = options;
    this.policy =
      role === 'server'
        ? {
            serverNoContextTakeover: !sendContextTakeover,
            clientNoContextTakeover: !receiveContextTakeover,
            serverMaxWindowBits: sendWindowBits,
            clientMaxWindowBits: receiveWindowBits,
          }
        : {
            serverNoContextTakeover: !receiveContextTakeover,
            clientNoContextTakeover: !sendContextTakeover,
            serverMaxWindowBits: receiveWindowBits,
            clientMaxWindowBits: sendWindowBits,
          };
  }

  /** The codec of one connection, if permessage-deflate is among what was agreed on. */
  transform(extensions: readonly AgreedExtension[]): MessageTransform | undefined {
    const agreed = extensions.find(({ name }) => name === PERMESSAGE_DEFLATE);
    if (agreed === undefined) return undefined;
    const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } =
      agreedDeflate(agreed.params);
    const server = { takeover: !serverNoContextTakeover, bits: serverMaxWindowBits };
    const client = { takeover: !clientNoContextTakeover, bits: clientMaxWindowBits };
    const [send, receive] = this.#role === 'server' ? [server, client] : [client, server];
    const options: CodecOptions = {
      ...this.#options,
      // A client keeps to what it has offered of itself, also where the answer does not repeat it (RFC 7692, section 7.1.1.2).
      sendContextTakeover: this.#options.sendContextTakeover && send.takeover,
      sendWindowBits: Math.min(this.#options.sendWindowBits, send.bits),
      receiveContextTakeover: receive.takeover,
      receiveWindowBits: receive.bits,
    };
    return new DeflateCodec(options, deflateJobs);
  }
}

/** @throws UsageError INVALID_OPTION, naming the option that is wrong */
export function settleDeflate(options: boolean | DeflateOptions, role: Role): DeflateSettings | undefined {
  if (options === false) return undefined;
  if (options !== true && (typeof options !== 'object' || options === null)) {
    throw new UsageError('INVALID_OPTION', 'deflate must be true, false or an object with options such as level.');
  }
  const given: DeflateOptions = options === true ? {} : options;
  const settings = new DeflateSettings(role, {
    level: within('deflate.level', given.level, 1, 1, 9),
    memLevel: within('deflate.memLevel', given.memLevel, 8, 1, 9),
    threshold: limit('deflate.threshold', given.threshold, 1024, 0),
    sendContextTakeover: flag('deflate.sendContextTakeover', given.sendContextTakeover),
    receiveContextTakeover: flag('deflate.receiveContextTakeover', given.receiveContextTakeover),
    sendWindowBits: within('deflate.sendWindowBits', given.sendWindowBits, 15, 8, 15),
    receiveWindowBits: within('deflate.receiveWindowBits', given.receiveWindowBits, 15, 8, 15),
  });
  const maxJobs = limit('deflate.maxJobs', given.maxJobs, deflateJobs.places);
  deflateJobs.places = maxJobs;
  return settings;
}

function within(name: string, value: number | undefined, fallback: number, least: number, most: number): number {
  if (value === undefined) return fallback;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(
    'INVALID_OPTION',
    `${name} must be a whole number from ${least} to ${most}, not ${String(value)}.`,
  );
}

function flag(name: string, value: boolean | undefined): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw new UsageError('INVALID_OPTION', `${name} must be true or false, not ${String(value)}.`);
}
