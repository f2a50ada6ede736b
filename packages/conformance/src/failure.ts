// How a case ends other than well. What a case throws besides these two is a fault of the tester itself.

/** The endpoint did not do what the case expects. The message says in one sentence what was expected and what came. */
export class CaseFailure extends Error {
  override readonly name: string = 'CaseFailure';
}

/** The endpoint declined an extension that is optional and that the case needs, so nothing can be said about it. */
export class NotSupported extends Error {
  override readonly name: string = 'NotSupported';
}

/** What listens there is no WebSocket server, or none for this URL: a good opening handshake gets no 101. */
export class NoWebSocket extends Error {
  override readonly name: string = 'NoWebSocket';

  constructor(what: string) {
    super(
      `No WebSocket connection could be opened. ${what} Check the URL with its path, and whether the server wants a subprotocol or credentials.`,
    );
  }
}
