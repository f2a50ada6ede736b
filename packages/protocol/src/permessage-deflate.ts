// Negotiating permessage-deflate (RFC 7692, section 7.1). Four parameters, told apart by whose output they bind: those named server_ bind
// what the server sends, those named client_ what the client sends. An offer that cannot be met is declined, so that the next one has its
// turn; an answer that does not fit the offer fails the handshake. Inflating and deflating are the codec's, which a shell injects.

import { UsageError } from './errors.ts';
import type { ClientExtension, ServerExtension } from './extension.ts';
import type { ExtensionParams } from './handshake/fields.ts';

/** The registered name of the extension (RFC 7692, section 9). */
export const PERMESSAGE_DEFLATE = 'permessage-deflate';

/** What both sides agreed on (RFC 7692, section 7.1). */
export interface DeflateParameters {
  /** Each message of the server is compressed without what came before it. */
  readonly serverNoContextTakeover: boolean;
  /** Each message of the client is compressed without what came before it. */
  readonly clientNoContextTakeover: boolean;
  /** The server refers back at most 2 to the power of this many bytes: 8 to 15. */
  readonly serverMaxWindowBits: number;
  /** The client refers back at most 2 to the power of this many bytes: 8 to 15. */
  readonly clientMaxWindowBits: number;
}

/**
 * What one side insists on. The defaults are the frugal ones for context takeover, and the largest window.
 *
 * Of what the peer sends, a policy binds as follows. A server's `clientNoContextTakeover` is a demand every client has to meet; its
 * `clientMaxWindowBits` below 15 declines clients that cannot limit their window. A client's `serverNoContextTakeover` and
 * `serverMaxWindowBits` below 15 are asked for, and a server that does not grant them must decline.
 */
export interface DeflatePolicy {
  /** Default true. With false, the server takes its context over, unless the client asks it not to. */
  readonly serverNoContextTakeover?: boolean | undefined;
  /** Default true. With false, the client may take its context over. */
  readonly clientNoContextTakeover?: boolean | undefined;
  /** 8 to 15; default 15. */
  readonly serverMaxWindowBits?: number | undefined;
  /** 8 to 15; default 15. */
  readonly clientMaxWindowBits?: number | undefined;
}

/** The parameters, in the order of the RFC. On the wire they are written with underscores. */
const PARAMETERS = [
  'serverNoContextTakeover',
  'clientNoContextTakeover',
  'serverMaxWindowBits',
  'clientMaxWindowBits',
] as const;

type Parameter = (typeof PARAMETERS)[number];

const LARGEST_WINDOW = 15;
/** A decimal integer from 8 to 15 without leading zeroes (RFC 7692, section 7.1.2.1). */
const WINDOW_BITS = /^(?:[89]|1[0-5])$/;

/** The parameters of one offer or answer, each as it stands there: undefined where it is missing. */
interface Named {
  serverNoContextTakeover?: true;
  clientNoContextTakeover?: true;
  serverMaxWindowBits?: number;
  /** True without a value, which only an offer may have. */
  clientMaxWindowBits?: number | true;
}

function wireName(parameter: Parameter): string {
  return parameter.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function hasBits(parameter: Parameter): boolean {
  return parameter.endsWith('Bits');
}

/**
 * Reads parameters, or returns undefined where one is unknown, comes twice, or has a value it must not have or lacks one it must have
 * (RFC 7692, section 7.1).
 */
function read(params: ExtensionParams): Named | undefined {
  const named: Partial<Record<Parameter, number | true>> = {};
  for (const [name, value] of params) {
    const parameter = PARAMETERS.find((each) => wireName(each) === name);
    if (parameter === undefined || named[parameter] !== undefined) return undefined;
    if (value === true ? parameter === 'serverMaxWindowBits' : !hasBits(parameter) || !WINDOW_BITS.test(value)) {
      return undefined;
    }
    named[parameter] = value === true || Number(value);
  }
  return named as Named; // only what may have a number has one
}

/** Writes parameters, in the order of the RFC. */
function write(named: Named): ExtensionParams {
  return PARAMETERS.flatMap((parameter) => {
    const value = named[parameter];
    return value === undefined ? [] : [[wireName(parameter), value === true || String(value)] as const];
  });
}

/** @throws UsageError INVALID_OPTION naming what is wrong */
function settle(policy: DeflatePolicy): DeflateParameters {
  const settled: Record<string, unknown> = {};
  for (const parameter of PARAMETERS) {
    const bits = hasBits(parameter);
    const value = policy[parameter] ?? (bits ? LARGEST_WINDOW : true);
    if (bits ? !WINDOW_BITS.test(String(value)) || typeof value !== 'number' : typeof value !== 'boolean') {
      const allowed = bits ? 'a whole number from 8 to 15' : 'true or false';
      throw new UsageError('INVALID_OPTION', `${parameter} must be ${allowed}, not ${String(value)}.`);
    }
    settled[parameter] = value;
  }
  return settled as unknown as DeflateParameters; // each was checked
}

/**
 * The server's half of negotiating permessage-deflate.
 *
 * @throws UsageError INVALID_OPTION naming what is wrong in the policy
 */
export function permessageDeflateServer(policy: DeflatePolicy = {}): ServerExtension {
  const ours = settle(policy);
  return {
    name: PERMESSAGE_DEFLATE,
    usesRsv1: true,
    accept(params) {
      const offer = read(params);
      return offer === undefined ? undefined : answer(offer, ours);
    },
  };
}

function answer(offer: Named, ours: DeflateParameters): ExtensionParams | undefined {
  const named: Named = {};
  // Granted when it is asked for, and said unasked when it is our own wish (RFC 7692, section 7.1.1.1).
  if (offer.serverNoContextTakeover || ours.serverNoContextTakeover) named.serverNoContextTakeover = true;
  // In an offer it is a hint, which answered in kind tells both that nothing need be kept; unasked a server may say it, too, and every
  // client has to heed it (RFC 7692, section 7.1.1.2).
  if (offer.clientNoContextTakeover || ours.clientNoContextTakeover) named.clientNoContextTakeover = true;
  // Accepted by the same or a smaller value, and said unasked when it is our own wish (RFC 7692, section 7.1.2.1).
  const serverBits = Math.min(offer.serverMaxWindowBits ?? LARGEST_WINDOW, ours.serverMaxWindowBits);
  if (offer.serverMaxWindowBits !== undefined || serverBits < LARGEST_WINDOW) named.serverMaxWindowBits = serverBits;
  if (offer.clientMaxWindowBits === undefined) {
    // Without it in the offer, the answer MUST NOT have it (RFC 7692, section 7.1.2.2): such a client cannot be kept to a smaller window.
    if (ours.clientMaxWindowBits < LARGEST_WINDOW) return undefined;
  } else {
    const offered = offer.clientMaxWindowBits === true ? LARGEST_WINDOW : offer.clientMaxWindowBits;
    const clientBits = Math.min(offered, ours.clientMaxWindowBits);
    if (clientBits < LARGEST_WINDOW) named.clientMaxWindowBits = clientBits;
  }
  return write(named);
}

/**
 * The client's half of negotiating permessage-deflate.
 *
 * @throws UsageError INVALID_OPTION naming what is wrong in the policy
 */
export function permessageDeflateClient(policy: DeflatePolicy = {}): ClientExtension {
  const ours = settle(policy);
  const offer: Named = {
    // Without a value it says no more than that a limit of the server would be heeded (RFC 7692, section 7.1.2.2).
    clientMaxWindowBits: ours.clientMaxWindowBits === LARGEST_WINDOW ? true : ours.clientMaxWindowBits,
  };
  if (ours.serverNoContextTakeover) offer.serverNoContextTakeover = true;
  if (ours.clientNoContextTakeover) offer.clientNoContextTakeover = true;
  if (ours.serverMaxWindowBits < LARGEST_WINDOW) offer.serverMaxWindowBits = ours.serverMaxWindowBits;
  return {
    name: PERMESSAGE_DEFLATE,
    usesRsv1: true,
    offers: [write(offer)],
    confirm(params) {
      const named = read(params);
      return named !== undefined && fits(named, ours);
    },
  };
}

function fits(named: Named, ours: DeflateParameters): boolean {
  const { clientMaxWindowBits: clientBits = LARGEST_WINDOW, serverMaxWindowBits: serverBits = LARGEST_WINDOW } = named;
  return (
    // A server that accepts it says so (RFC 7692, section 7.1.1.1).
    (named.serverNoContextTakeover === true || !ours.serverNoContextTakeover) &&
    // The same or smaller (RFC 7692, section 7.1.2.1); without it the window is 32 KiB.
    serverBits <= ours.serverMaxWindowBits &&
    // With a value, the same as offered or smaller (RFC 7692, section 7.1.2.2); without the parameter the offer stands.
    clientBits !== true &&
    (named.clientMaxWindowBits === undefined || clientBits <= ours.clientMaxWindowBits)
  );
}

/**
 * What the parameters of an answer mean.
 *
 * @throws UsageError INVALID_ARGUMENT when they are no answer that may be given (RFC 7692, section 7.1)
 */
export function agreedDeflate(params: ExtensionParams): DeflateParameters {
  const named = read(params);
  if (named === undefined || named.clientMaxWindowBits === true) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      'These are no parameters of an answer for permessage-deflate (RFC 7692 7.1).',
    );
  }
  return {
    serverNoContextTakeover: named.serverNoContextTakeover ?? false,
    clientNoContextTakeover: named.clientNoContextTakeover ?? false,
    serverMaxWindowBits: named.serverMaxWindowBits ?? LARGEST_WINDOW,
    clientMaxWindowBits: named.clientMaxWindowBits ?? LARGEST_WINDOW,
  };
}
