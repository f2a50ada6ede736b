// What a client under test does, the same for every library: it keeps messages under way on each connection, compares what comes back with
// what it sent, and sends the same again. No more than an application would do, so that the library is what is measured.

/** Messages that came back, of all connections. */
let count = 0;
let running = false;
let failure;
const exchanges = [];

/** One connection. `send` takes a Uint8Array. */
export class Exchange {
  #send;
  #messages;
  #at = 0;
  #underWay = 0;

  constructor(send, size, inflight) {
    this.#send = send;
    const seed = exchanges.length;
    this.#messages = Array.from({ length: inflight }, (_, n) => bytes(size, seed * inflight + n));
    exchanges.push(this);
  }

  /** Echoes come back in the order in which the messages were sent. */
  received(message) {
    const expected = this.#messages[this.#at];
    if (!same(message, expected)) failure ??= new Error('What came back is not what was sent.');
    this.#at = this.#at + 1 === this.#messages.length ? 0 : this.#at + 1;
    count++;
    if (running && failure === undefined) this.#send(expected);
    else this.#underWay--;
  }

  closed() {
    failure ??= new Error('The server ended a connection.');
  }

  start() {
    this.#underWay = this.#messages.length;
    this.#at = 0;
    for (const message of this.#messages) this.#send(message);
  }

  get idle() {
    return this.#underWay === 0;
  }
}

export function start() {
  running = true;
  for (const exchange of exchanges) exchange.start();
}

/** Resolves when everything has come back. */
export async function stop() {
  running = false;
  while (failure === undefined && !exchanges.every((exchange) => exchange.idle)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (failure !== undefined) throw failure;
}

export function messages() {
  return count;
}

function bytes(size, seed) {
  const made = Buffer.alloc(size);
  for (let at = 0, state = seed + 1; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    made[at] = state >>> 16;
  }
  return made;
}

/** A loop, because at twenty bytes it is the fastest in every runtime. */
function same(message, expected) {
  if (message.length !== expected.length) return false;
  for (let at = 0; at < expected.length; at++) if (message[at] !== expected[at]) return false;
  return true;
}
