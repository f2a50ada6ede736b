// How a case ends other than well. What a case throws besides these two is a fault of the tester itself.

/** The endpoint did not do what the case expects. The message says in one sentence what was expected and what came. */
export class CaseFailure extends Error {
  override readonly name: string = 'CaseFailure';
}

/** The endpoint declined an extension that is optional and that the case needs, so nothing can be said about it. */
export class NotSupported extends Error {
  override readonly name: string = 'NotSupported';
}
