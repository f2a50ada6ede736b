// What stands in header fields: tokens and lists (RFC 9110, section 5.6) and the extensions of RFC 6455, section 9.1. Each character is
// looked at a constant number of times, however hostile the input. Names from the wire are compared, never used as property names.

import { UsageError } from '../errors.ts';
import type { Fields } from './head.ts';

/** The parameters of an extension in the order of the header; `true` for one without a value. */
export type ExtensionParams = readonly (readonly [name: string, value: string | true])[];

/** One element of Sec-WebSocket-Extensions (RFC 6455, section 9.1). */
export interface ExtensionOffer {
  readonly name: string;
  readonly params: ExtensionParams;
}

const TAB = 0x09;
const SPACE = 0x20;

/** Shared by all who find nothing, and therefore frozen. */
const NONE: readonly string[] = /* @__PURE__ */ Object.freeze([]);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/**
 * A parameter: name, perhaps a token or a quoted one. Space around `=`, as around `;`, is the implied white space of RFC 2616, section 2.1,
 * by whose rules RFC 6455 writes its grammar.
 */
const PARAM =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:[\t ]*=[\t ]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)|"((?:\\?[!#$%&'*+\-.^_`|~0-9A-Za-z])+)"))?$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether the value is a token (RFC 9110, section 5.6.2). */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}

/** Whether the value may stand in a header field: no CR, LF, NUL or other control, nothing beyond one byte a character (RFC 9110, section 5.5). */
export function isFieldValue(value: unknown): value is string {
  return typeof value === 'string' && VALUE.test(value);
}

/** Whether two strings are the same but for the case of ASCII letters. `toLowerCase` would let U+212A pass for a `k`. */
export function equalsIgnoreCase(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (lowerCase(a.charCodeAt(i)) !== lowerCase(b.charCodeAt(i))) return false;
  }
  return true;
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** All values of the fields with this name, in order. Case does not matter (RFC 9110, section 5.1). */
export function fieldValues(fields: Fields, name: string): readonly string[] {
  let values: string[] | undefined;
  for (const field of fields) {
    if (!equalsIgnoreCase(field[0], name)) continue;
    if (values === undefined) values = [field[1]];
    else values.push(field[1]);
  }
  return values ?? NONE;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The text from `start` to `end` without the spaces and tabs at its ends (OWS of RFC 9110, section 5.6.3). `trim` would take more. */
export function trimSpace(text: string, start = 0, end: number = text.length): string {
  let from = start;
  let to = end;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (from < to && isSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

/** The elements of all values joined to one list; empty ones do not count (RFC 9110, section 5.6.1). Not for quoted strings that may hold a comma. */
export function listElements(values: readonly string[]): string[] {
  const elements: string[] = [];
  for (const value of values) {
    for (const part of value.split(',')) {
      const element = trimSpace(part);
      if (element !== '') elements.push(element);
    }
  }
  return elements;
}

/** Whether a list names the given word, whatever its case. */
export function listNames(values: readonly string[], word: string): boolean {
  // Most lists are this one word, and then there is nothing to take apart.
  if (values.length === 1 && equalsIgnoreCase(values[0] as string, word)) return true;
  return listElements(values).some((element) => equalsIgnoreCase(element, word));
}

/** The tokens of a `1#token` list, or undefined where an element is no token or there is none. */
export function parseTokens(values: readonly string[]): string[] | undefined {
  const elements = listElements(values);
  return elements.length > 0 && elements.every(isToken) ? elements : undefined;
}

/** The elements of Sec-WebSocket-Extensions (RFC 6455, section 9.1), or undefined where it breaks its grammar or names none. */
export function parseExtensions(values: readonly string[]): ExtensionOffer[] | undefined {
  const offers: ExtensionOffer[] = [];
  // A quoted string, too, must be a token when it is unescaped (RFC 6455, section 9.1): no separator can stand in one.
  for (const element of listElements(values)) {
    const [name, ...parts] = element.split(';').map((part) => trimSpace(part));
    const params = parts.map(parseParam);
    if (!isToken(name) || !params.every((param) => param !== undefined)) return undefined;
    offers.push({ name, params });
  }
  return offers.length > 0 ? offers : undefined;
}

function parseParam(part: string): readonly [string, string | true] | undefined {
  const match = PARAM.exec(part);
  if (match === null) return undefined;
  const [, name, token, quoted] = match;
  // The first group takes part in every match.
  return [name as string, token ?? quoted?.replaceAll('\\', '') ?? true];
}

/**
 * Writes the value of Sec-WebSocket-Extensions (RFC 6455, section 9.1).
 *
 * @throws UsageError INVALID_ARGUMENT when a name or value is not a token
 */
export function formatExtensions(extensions: readonly ExtensionOffer[]): string {
  return extensions.map(formatExtension).join(', ');
}

function formatExtension({ name, params }: ExtensionOffer): string {
  let text = requireToken(name);
  for (const [param, value] of params) {
    text += `; ${requireToken(param)}`;
    if (value !== true) text += `=${requireToken(value)}`;
  }
  return text;
}

function requireToken(value: unknown): string {
  if (isToken(value)) return value;
  throw new UsageError(
    'INVALID_ARGUMENT',
    `${quote(String(value))} must be a token to stand in Sec-WebSocket-Extensions (RFC 6455 9.1).`,
  );
}

/** The text as a short JSON string, fit for an error message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
