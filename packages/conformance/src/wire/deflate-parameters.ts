// The parameters of permessage-deflate as they are offered and answered (RFC 7692, section 7.1).

/** An offer by a client, or a server's answer. */
export interface DeflateParameters {
  readonly serverNoContextTakeover?: boolean;
  readonly clientNoContextTakeover?: boolean;
  /** 8 to 15. */
  readonly serverMaxWindowBits?: number;
  /** 8 to 15; in an offer also true: the client knows the parameter, and lets the server choose. */
  readonly clientMaxWindowBits?: number | true;
}

/** What both sides agreed on: both parameters left out mean 15 and context takeover. */
export interface DeflateAgreement {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
}

export interface Extension {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

export function formatDeflate(parameters: DeflateParameters): string {
  const { serverMaxWindowBits, clientMaxWindowBits } = parameters;
  return [
    'permessage-deflate',
    ...(parameters.serverNoContextTakeover ? ['server_no_context_takeover'] : []),
    ...(parameters.clientNoContextTakeover ? ['client_no_context_takeover'] : []),
    ...(serverMaxWindowBits === undefined ? [] : [`server_max_window_bits=${serverMaxWindowBits}`]),
    ...(clientMaxWindowBits === undefined
      ? []
      : [clientMaxWindowBits === true ? 'client_max_window_bits' : `client_max_window_bits=${clientMaxWindowBits}`]),
  ].join('; ');
}

/** The elements of Sec-WebSocket-Extensions (RFC 6455, section 9.1); undefined when the value breaks its grammar. */
export function parseExtensions(value: string): Extension[] | undefined {
  const extensions = splitOutsideQuotes(value, ',').map((element): Extension | undefined => {
    const [name = '', ...parameters] = splitOutsideQuotes(element, ';').map((part) => part.trim());
    const parsed = parameters.map(parseParameter);
    if (!TOKEN.test(name) || parsed.includes(undefined)) return undefined;
    return { name, parameters: parsed.filter((one) => one !== undefined) };
  });
  return extensions.includes(undefined) ? undefined : extensions.filter((one) => one !== undefined);
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PARAMETER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:\s*=\s*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)|"((?:[^"\\]|\\.)*)"))?$/;

function parseParameter(part: string): readonly [string, string | undefined] | undefined {
  const match = PARAMETER.exec(part);
  if (match === null) return undefined;
  const [, name = '', token, quoted] = match;
  return [name, token ?? quoted?.replace(/\\(.)/g, '$1')];
}

/** At every separator that is in no quoted string, in which a backslash takes the next character as it is. */
function splitOutsideQuotes(value: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < value.length; index++) {
    const character = value[index];
    if (quoted && character === '\\') index++;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      parts.push(value.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, value.slice(start)];
}

/** Reads an offer or an answer. Returns a sentence's end when it is invalid (RFC 7692, section 7.1: an unknown, doubled or wrong parameter). */
export function readDeflate(extension: Extension, from: 'client' | 'server'): DeflateParameters | string {
  const seen = new Set<string>();
  const read: Record<string, number | boolean> = {};
  for (const [name, value] of extension.parameters) {
    if (seen.has(name)) return `${name} twice`;
    seen.add(name);
    if (name === 'server_no_context_takeover' || name === 'client_no_context_takeover') {
      if (value !== undefined) return `${name} with a value`;
      read[name] = true;
    } else if (name === 'server_max_window_bits' || name === 'client_max_window_bits') {
      const bare = name === 'client_max_window_bits' && from === 'client' && value === undefined;
      if (!bare && !/^(?:[89]|1[0-5])$/.test(value ?? '')) return `${name} with the value ${value ?? 'missing'}`;
      read[name] = bare ? true : Number(value);
    } else {
      return `the unknown parameter ${name}`;
    }
  }
  return parametersOf(read);
}

function parametersOf(read: Readonly<Record<string, number | boolean>>): DeflateParameters {
  const { server_max_window_bits: server, client_max_window_bits: client } = read;
  return {
    ...(read.server_no_context_takeover === true ? { serverNoContextTakeover: true } : {}),
    ...(read.client_no_context_takeover === true ? { clientNoContextTakeover: true } : {}),
    ...(typeof server === 'number' ? { serverMaxWindowBits: server } : {}),
    ...(typeof client === 'number' || client === true ? { clientMaxWindowBits: client } : {}),
  };
}

/** Whether a server may answer `offer` with `answer`; the end of a sentence that says why not, or undefined. */
export function answerFault(offer: DeflateParameters, answer: DeflateParameters): string | undefined {
  if (answer.clientMaxWindowBits !== undefined && offer.clientMaxWindowBits === undefined) {
    return 'client_max_window_bits, which was not offered';
  }
  if (offer.serverNoContextTakeover && !answer.serverNoContextTakeover) {
    return 'no server_no_context_takeover, which was demanded';
  }
  if (offer.serverMaxWindowBits !== undefined) {
    if (answer.serverMaxWindowBits === undefined) return 'no server_max_window_bits, which was demanded';
    if (answer.serverMaxWindowBits > offer.serverMaxWindowBits) return 'a server_max_window_bits over the one demanded';
  }
  return undefined;
}

export function agreed(answer: DeflateParameters, offer: DeflateParameters): DeflateAgreement {
  const { clientMaxWindowBits: answered } = answer;
  const { clientMaxWindowBits: offered } = offer;
  return {
    serverNoContextTakeover: answer.serverNoContextTakeover === true,
    // A client may keep what it offered though the server said nothing of it (RFC 7692, section 7.1.1.2), but need not.
    clientNoContextTakeover: answer.clientNoContextTakeover === true,
    serverMaxWindowBits: answer.serverMaxWindowBits ?? 15,
    // What a client says of its own window binds it also unanswered only as a hint (section 7.1.2.2).
    clientMaxWindowBits: Math.min(
      typeof answered === 'number' ? answered : 15,
      typeof offered === 'number' && typeof answered === 'number' ? offered : 15,
    ),
  };
}

/** What a client said of itself in its offer it keeps to, also where the answer does not repeat it (RFC 7692, sections 7.1.1.2 and 7.1.2.2). */
export function promised(agreement: DeflateAgreement, offer: DeflateParameters): DeflateAgreement {
  const { clientNoContextTakeover, clientMaxWindowBits } = agreement;
  const bits = typeof offer.clientMaxWindowBits === 'number' ? offer.clientMaxWindowBits : 15;
  return {
    ...agreement,
    clientNoContextTakeover: clientNoContextTakeover || offer.clientNoContextTakeover === true,
    clientMaxWindowBits: Math.min(clientMaxWindowBits, bits),
  };
}

/**
 * The answer, with what the offer demands of the server (sections 7.1.1.1 and 7.1.2.1), and with no larger window of the client than it
 * offered (section 7.1.2.2).
 */
export function granting(answer: DeflateParameters, offer: DeflateParameters): DeflateParameters {
  const { serverNoContextTakeover, serverMaxWindowBits: server } = offer;
  const { clientMaxWindowBits: client } = answer;
  const offered = typeof offer.clientMaxWindowBits === 'number' ? offer.clientMaxWindowBits : 15;
  return {
    ...answer,
    ...(serverNoContextTakeover === true ? { serverNoContextTakeover } : {}),
    ...(server === undefined ? {} : { serverMaxWindowBits: Math.min(server, answer.serverMaxWindowBits ?? 15) }),
    ...(typeof client === 'number' ? { clientMaxWindowBits: Math.min(client, offered) } : {}),
  };
}
