// Header fields as an application writes and reads them. Names from the wire are compared, never used as property names, so that a
// field called `__proto__` or `constructor` is a field like any other.

import { type Fields, fieldValues, UsageError } from '@framewire/protocol';

/** Header fields to send: an object, or pairs, such as a `Headers` or a `Map`. A list of values makes one field for each, as several Set-Cookie need. */
export type HeaderFields =
  | Readonly<Record<string, string | readonly string[]>>
  | Iterable<readonly [name: string, value: string]>;

/** The header fields of a request. Names are compared without regard to case. */
export interface RequestHeaders extends Iterable<readonly [name: string, value: string]> {
  /** The value, or those of several fields joined as HTTP joins them: with `, `, and Cookie with `; `. Undefined when there is none. */
  get(name: string): string | undefined;
  /** The values of all fields with this name, in order. */
  getAll(name: string): readonly string[];
  has(name: string): boolean;
}

/** {@link RequestHeaders} over the fields of a head. */
export class ReceivedHeaders implements RequestHeaders {
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  get(name: string): string | undefined {
    const values = fieldValues(this.#fields, name);
    if (values.length <= 1) return values[0];
    // Cookie is the one list whose parts a comma does not separate (RFC 6265, section 4.2.1).
    return values.join(name.toLowerCase() === 'cookie' ? '; ' : ', ');
  }

  getAll(name: string): readonly string[] {
    return fieldValues(this.#fields, name);
  }

  has(name: string): boolean {
    return fieldValues(this.#fields, name).length > 0;
  }

  /** Every field in the order of the wire, its name in lower case. */
  *[Symbol.iterator](): IterableIterator<readonly [name: string, value: string]> {
    for (const [name, value] of this.#fields) yield [name.toLowerCase(), value];
  }
}

/** @throws UsageError INVALID_OPTION unless they are an object or pairs; what names and values may be is checked where the head is built */
export function fieldsOf(headers: HeaderFields | undefined): Fields {
  if (headers === undefined) return [];
  if (typeof headers !== 'object' || headers === null) throw unfit();
  if (isIterable(headers)) {
    const fields = [...headers];
    if (!fields.every(Array.isArray)) throw unfit();
    return fields;
  }
  const fields: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) fields.push([name, one as string]);
  }
  return fields;
}

function isIterable(headers: HeaderFields): headers is Iterable<readonly [string, string]> {
  return Symbol.iterator in headers;
}

function unfit(): UsageError {
  return new UsageError('INVALID_OPTION', 'headers must be an object, or pairs of name and value.');
}
