// Two programs that number what they say over a network that breaks, so that what is lost, doubled or out of order shows.

import type { Delivery, ReconnectingConnection } from '@framewire/connection';
import type { Handler } from '@framewire/node-server';

/** A server that writes down the numbers that came, conversation by conversation, and answers each with a number of its own. */
export class NumberedServer {
  /** The numbers of each connection, in order. */
  readonly heard: number[][] = [];

  readonly handler: Handler = async (connection) => {
    const numbers: number[] = [];
    const conversation = this.heard.push(numbers) - 1;
    try {
      for await (const message of connection) {
        connection.send(`${conversation} ${numbers.length} ${String(message)}`);
        numbers.push(Number(message));
      }
    } catch {
      // The network broke: the next connection is another conversation.
    }
  };
}

/** A client that numbers its messages, and writes down what became of each and what was answered. */
export class NumberedClient {
  readonly connection: ReconnectingConnection;
  readonly deliveries: Promise<Delivery>[] = [];
  readonly answers: { readonly conversation: number; readonly index: number; readonly number: number }[] = [];
  /** Ends when the connection does. */
  readonly finished: Promise<void>;
  readonly #waits: { readonly number: number; readonly resolve: () => void }[] = [];

  constructor(connection: ReconnectingConnection) {
    this.connection = connection;
    this.finished = this.#listen();
  }

  /** Says the next number. */
  say(): number {
    return this.deliveries.push(this.connection.send(String(this.deliveries.length))) - 1;
  }

  /** Says one number after another until one of them is answered: what is lost on the way is lost. */
  async throughAgain(): Promise<void> {
    for (;;) {
      const number = this.say();
      const answered = new Promise<'answered'>((resolve) => {
        this.#waits.push({ number, resolve: () => resolve('answered') });
      });
      const late = new Promise<'late'>((resolve) => {
        setTimeout(resolve, 100, 'late');
      });
      if ((await Promise.race([answered, late])) === 'answered') return;
    }
  }

  async #listen(): Promise<void> {
    for await (const message of this.connection) {
      const [conversation = -1, index = -1, number = -1] = String(message).split(' ').map(Number);
      this.answers.push({ conversation, index, number });
      // An answer to a later number tells as much.
      for (const wait of this.#waits) if (number >= wait.number) wait.resolve();
    }
  }
}
