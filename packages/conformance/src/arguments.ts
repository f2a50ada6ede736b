// What the command was asked to do, or one sentence that says what is wrong with it.

import { parseArgs } from 'node:util';
import type { Selection } from './selection.ts';

export const USAGE = `Usage: framewire-conformance server <url> [options]
       framewire-conformance client [--port N] [options]

server   Tests the WebSocket echo server at a ws: or wss: URL. It must echo text as text and binary as binary.
client   Listens for a client under test, which asks for /count, /case/1?agent=NAME and so on, and /report?agent=NAME.

  --sections LIST   Only these sections, such as 1,2,7
  --cases LIST      Only these cases, such as 1.1.1,6.*
  --exclude LIST    Not these cases
  --deflate         Declining permessage-deflate is a failure, not “not supported”
  --timeout MS      How long a case may take, 5000 if left out; cases that take longer by nature have their own limit
  --concurrency N   server: how many connections are open at a time, 16 if left out
  --messages N      How many messages the long cases send, 1000 if left out
  --agent NAME      The name of the endpoint in reports
  --insecure        server: accept any certificate
  --port N          client: the port to listen on, 9001 if left out
  --host ADDRESS    client: the address to listen on, 127.0.0.1 if left out
  --json FILE       Writes the report as JSON
  --html DIR        Writes a page with the results of every run that was written into DIR
  --help, --version

Exit status: 0 when all passed, 1 when a case failed, 2 when the command was wrong or the server cannot be reached.
`;

export interface Settings {
  readonly command: 'server' | 'client';
  /** Of the server under test; empty for `client`. */
  readonly url: string;
  readonly selection: Selection;
  readonly deflate: boolean;
  readonly insecure: boolean;
  readonly timeout: number | undefined;
  readonly concurrency: number | undefined;
  readonly messages: number | undefined;
  readonly agent: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly json: string | undefined;
  readonly html: string | undefined;
}

/** The command was wrong; the message is one sentence for the user. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

const OPTIONS = {
  sections: { type: 'string' },
  cases: { type: 'string' },
  exclude: { type: 'string' },
  deflate: { type: 'boolean', default: false },
  timeout: { type: 'string' },
  concurrency: { type: 'string' },
  messages: { type: 'string' },
  agent: { type: 'string' },
  insecure: { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  json: { type: 'string' },
  html: { type: 'string' },
  help: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
} as const;

/** Options that mean nothing to one of the commands, and why: to ignore them would hide a misunderstanding. */
const MISPLACED: Readonly<Record<Settings['command'], Readonly<Partial<Record<keyof typeof OPTIONS, string>>>>> = {
  server: {
    host: '“server” takes no --host: the host of the server under test is part of its URL.',
    port: '“server” takes no --port: the port of the server under test is part of its URL.',
  },
  client: {
    insecure: '“client” takes no --insecure: the client under test connects with ws:, where there is no certificate.',
    concurrency:
      '“client” takes no --concurrency: the client under test decides how many connections it opens at a time.',
  },
};

/** Throws CommandError. */
export function readArguments(args: readonly string[]): Settings | 'help' | 'version' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const [command, url = '', ...more] = positionals;
  if (command !== 'server' && command !== 'client') {
    throw new CommandError('Say what to test, “server <url>” or “client”; --help tells more.');
  }
  if (command === 'server' ? !isWebSocketUrl(url) || more.length > 0 : url !== '') {
    throw new CommandError(
      command === 'server'
        ? url === '' || more.length > 0
          ? 'Say the URL of one echo server, such as ws://127.0.0.1:8080/.'
          : `“${url}” is no URL of a WebSocket server: it begins with ws: or wss:, such as ws://127.0.0.1:8080/.`
        : `“client” takes no further argument, but got “${url}”: the client under test connects to it.`,
    );
  }
  for (const [name, sentence] of Object.entries(MISPLACED[command])) {
    if (name in values) throw new CommandError(sentence);
  }
  return {
    command,
    url,
    selection: {
      ...list('sections', values.sections),
      ...list('cases', values.cases),
      ...list('exclude', values.exclude),
    },
    deflate: values.deflate,
    insecure: values.insecure ?? false,
    timeout: positive('timeout', values.timeout),
    concurrency: positive('concurrency', values.concurrency),
    messages: positive('messages', values.messages),
    agent: values.agent,
    host: values.host ?? '127.0.0.1',
    port: port(values.port ?? '9001'),
    json: values.json,
    html: values.html,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CommandError(`${(error as Error).message.split('. ')[0]?.replace(/\.$/, '')}; --help lists the options.`);
  }
}

function isWebSocketUrl(url: string): boolean {
  return URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol);
}

function list(name: keyof Selection, value: string | undefined): Selection {
  return value === undefined ? {} : { [name]: value.split(',').map((one) => one.trim()) };
}

function positive(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(value))
    throw new CommandError(`--${name} wants a whole number over 0, but got “${value}”.`);
  return Number(value);
}

function port(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 65_535)
    throw new CommandError(`--port wants a number from 0 to 65535, but got “${value}”.`);
  return number;
}
