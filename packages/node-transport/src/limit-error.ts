// What stands behind an end or a refusal where an option set the limit: which option, and how much it allows.

/** The cause of an error where a limit was reached. Its message says the same as its fields. */
export class LimitError extends Error {
  override readonly name: string = 'LimitError';
  /** The name of the option, such as `maxSendQueue` or `keepalive.deadline`. */
  readonly option: string;
  /** Its value, in the option's own unit. */
  readonly limit: number;

  /** @param event what happened, as a sentence */
  constructor(option: string, limit: number, event: string) {
    super(`${event} ${option} is ${limit}.`);
    this.option = option;
    this.limit = limit;
  }
}
