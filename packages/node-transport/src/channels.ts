// What is told on `node:diagnostics_channel`, for whoever traces, logs or counts, on servers and Node clients alike. A message is built and
// published only where somebody has subscribed: otherwise each place costs one look at a property. A subscriber that throws harms no
// connection: Node catches the error and raises it as an uncaught exception of the process, later.

import { type Channel, channel } from 'node:diagnostics_channel';
import type { CloseCause, Closure, Message } from '@framewire/connection';
import type { HandshakeError, Role } from '@framewire/protocol';
import type { NodeConnection } from './node-connection.ts';

/** On `framewire:connection:opened`: the opening handshake is done, and no message was delivered yet. */
export interface ConnectionOpened {
  /** Which end this process is. */
  readonly role: Role;
  /** The connection itself. */
  readonly connection: NodeConnection;
  /** On a server, the request of the client, as the handler gets it: an `UpgradeRequest`. */
  readonly request?: object | undefined;
}

/** On `framewire:connection:closed`: once for each that was opened. */
export interface ConnectionClosed {
  readonly role: Role;
  /** The connection itself, as a key for what was kept of it. */
  readonly connection: NodeConnection;
  readonly closure: Closure;
  readonly cause: CloseCause;
}

/** On `framewire:connection:refused`: an opening handshake failed. Either the server refused it, or the client got no connection. */
export interface ConnectionRefused {
  readonly role: Role;
  readonly error: HandshakeError;
  /** On a server: the client's IP address. */
  readonly remoteAddress?: string | undefined;
  /** On a client: what it wanted to connect to. */
  readonly url?: string | undefined;
}

/** On `framewire:message:received`: a whole message came, before it is delivered. */
export interface MessageReceived {
  readonly role: Role;
  readonly connection: NodeConnection;
  /** The very object the application will get: do not change it. Undefined for one that came as a stream, of which all has been delivered. */
  readonly message: Message | undefined;
}

/** On `framewire:message:sent`: a message was given to an open connection. It need not have left yet. */
export interface MessageSent {
  readonly role: Role;
  readonly connection: NodeConnection;
  /** The very object the application gave: do not change it. Undefined for one that is sent from a stream. */
  readonly message: Message | undefined;
}

/** On `framewire:limit`: a limit was met, and something refused, dropped or ended for it. */
export interface LimitHit {
  readonly role: Role;
  /** The option that set it, such as `maxMessageSize` or `keepalive.deadline`. */
  readonly option: string;
  /** One sentence with the figures. */
  readonly message: string;
  /** Whose limit it was; undefined before there is a connection. */
  readonly connection?: NodeConnection | undefined;
  /** The peer's IP address. */
  readonly remoteAddress: string;
}

/** On `framewire:error`: the application's own code threw, or its server could not accept a socket: what `onError` hears, too. */
export interface ErrorMet {
  readonly role: Role;
  readonly error: unknown;
  /** In whose handler or listener; undefined elsewhere. */
  readonly connection?: NodeConnection | undefined;
}

export const connectionOpened: Channel = channel('framewire:connection:opened');
export const connectionClosed: Channel = channel('framewire:connection:closed');
export const connectionRefused: Channel = channel('framewire:connection:refused');
export const messageReceived: Channel = channel('framewire:message:received');
export const messageSent: Channel = channel('framewire:message:sent');
export const limitHit: Channel = channel('framewire:limit');
export const errorMet: Channel = channel('framewire:error');
