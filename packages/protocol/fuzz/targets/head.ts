// A head is read where its whole text is one by the grammar of RFC 9112, written here as regular expressions, and within the limits;
// nothing else is read as one. Both roles, with small limits, so that they are met.

import type { Fields } from '../../src/handshake/head.ts';
import type { HeadLimits } from '../../src/handshake/head-decoder.ts';
import { REQUEST_WORDS, RESPONSE_WORDS, requestText, responseText } from '../head-text.ts';
import { decodeRequest, decodeResponse } from '../heads.ts';
import { same } from '../invariant.ts';
import { Input, latin1, type Target, withChoices } from '../target.ts';

const LIMITS: readonly HeadLimits[] = [{}, { maxHeadBytes: 300, maxFields: 4 }, { maxHeadBytes: 40 }, { maxFields: 1 }];
const DEFAULTS = { maxHeadBytes: 16_384, maxFields: 100 };

const TCHAR = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const FIELD = `${TCHAR}+:[\\t -~\\x80-\\xff]*\\r\\n`;
const VERSION = 'HTTP/[0-9]\\.[0-9]';
const REQUEST = new RegExp(`^(?:\\r\\n)?(?<line>${TCHAR}+ [!-~]+ ${VERSION})\\r\\n(?<fields>(?:${FIELD})*)\\r\\n`);
const RESPONSE = new RegExp(
  `^(?<line>${VERSION} [1-9][0-9]{2}(?: [\\t -~\\x80-\\xff]*)?)\\r\\n(?<fields>(?:${FIELD})*)\\r\\n`,
);

interface Reading {
  readonly line: string;
  readonly fields: Fields;
  readonly consumed: number;
}

/** What the grammar makes of a text, or undefined where no head begins it. */
function read(text: string, grammar: RegExp, { maxHeadBytes, maxFields }: typeof DEFAULTS): Reading | undefined {
  const match = grammar.exec(text);
  if (match === null || match[0].length > maxHeadBytes) return undefined;
  const { line = '', fields = '' } = match.groups ?? {};
  const lines = fields.split('\r\n').slice(0, -1);
  if (lines.length > maxFields) return undefined;
  const pairs = lines.map((one): [string, string] => {
    const [name = '', ...rest] = one.split(':');
    return [
      name,
      rest
        .join(':')
        .replace(/^[\t ]+/, '')
        .replace(/(?<![\t ])[\t ]+$/, ''),
    ];
  });
  return { line, fields: pairs, consumed: match[0].length };
}

export const head: Target = {
  maxLength: 20_000,
  dictionary: [...new Set([...REQUEST_WORDS, ...RESPONSE_WORDS])],
  generate: (random) => {
    const input = withChoices(random, new Uint8Array(0));
    const text = new Input(input).chooses(0) ? requestText(random) : responseText(random);
    return Uint8Array.of(...input, ...latin1(text));
  },

  run: (bytes) => {
    const input = new Input(bytes);
    const text = Buffer.from(input.body).toString('latin1');
    const limits = input.choice(1, LIMITS);
    const bounds = { ...DEFAULTS, ...limits } as typeof DEFAULTS;
    if (input.chooses(0)) {
      const { head, consumed, code } = decodeRequest(input, limits);
      const told = head && { line: `${head.method} ${head.target} ${head.version}`, fields: head.fields, consumed };
      same('the request head', told, read(text, REQUEST, bounds));
      return `request ${code ?? (head === undefined ? 'unfinished' : 'read')}`;
    }
    const { head, consumed, code } = decodeResponse(input, limits);
    const told = head && {
      line: `${head.version} ${head.status}${head.reason === '' ? '' : ` ${head.reason}`}`,
      fields: head.fields,
      consumed,
    };
    const expected = read(text, RESPONSE, bounds);
    // An empty reason may stand behind a space or without one.
    same('the response head', told, expected && { ...expected, line: expected.line.replace(/^(\S+ \d+) $/, '$1') });
    return `response ${code ?? (head === undefined ? 'unfinished' : 'read')}`;
  },
};
