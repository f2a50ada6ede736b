// What an extension is (RFC 6455, section 9). Its negotiation is plain data: the parameters a server answers with say all that the
// two sides have agreed on, so that either can set up its half from them alone.

import type { ExtensionParams } from './handshake/fields.ts';

/** An extension both sides agreed on, with the parameters of the server's answer. */
export interface AgreedExtension {
  readonly name: string;
  readonly params: ExtensionParams;
}

/** What either side says of an extension it speaks. */
interface ExtensionIdentity {
  /** The registered name, such as `permessage-deflate`: a token (RFC 6455, section 9.1). */
  readonly name: string;
  /** Whether it gives RSV1 a meaning. Of those that do, only one is agreed on for a connection. */
  readonly usesRsv1: boolean;
}

/** The server's half of negotiating an extension. */
export interface ServerExtension extends ExtensionIdentity {
  /**
   * Asked for each offer of this name, in the client's order of preference, until one is accepted. An offer that holds
   * parameters it does not know or cannot meet is declined, not failed.
   *
   * @param params the parameters as offered, in order; a name may come twice
   * @returns the parameters of the answer, or undefined to decline this offer
   */
  accept(params: ExtensionParams): ExtensionParams | undefined;
}

/** The client's half of negotiating an extension. */
export interface ClientExtension extends ExtensionIdentity {
  /** The sets of parameters to offer, the preferred one first. */
  readonly offers: readonly ExtensionParams[];
  /** Whether the server's answer fits one of the offers; if not, the handshake fails with EXTENSION_UNREQUESTED. */
  confirm(params: ExtensionParams): boolean;
}
