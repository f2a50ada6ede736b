// HTTP/1.1 heads as data, and their bytes. Reading is strict about the form; writing refuses nothing.

export type Fields = readonly (readonly [name: string, value: string])[];

export interface Head {
  /** The request line or the status line. */
  readonly start: string;
  readonly fields: Fields;
  /** How many octets the head took, the empty line included. */
  readonly size: number;
}

const MAX_HEAD = 65_536;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export function encodeHead(start: string, fields: Fields): Buffer {
  const lines = [start, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** The head at the start of `bytes`; undefined while its end has not come. Throws an Error whose message ends a sentence that begins with "the endpoint sent". */
export function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) {
    if (bytes.length > MAX_HEAD) throw new Error(`${bytes.length} octets without the end of an HTTP head`);
    return undefined;
  }
  const [start = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const fields = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon < 1 || !TOKEN.test(name)) throw new Error(`the line “${line}”, which is no HTTP field`);
    return [name, line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
  });
  return { start, fields, size: end + 4 };
}

/** All values of a field, in order. */
export function valuesOf(fields: Fields, name: string): string[] {
  return fields.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The elements of a field that is a list, over all lines of it, in lower case. */
export function listOf(fields: Fields, name: string): string[] {
  return valuesOf(fields, name)
    .flatMap((value) => value.split(','))
    .map((element) => element.trim().toLowerCase())
    .filter((element) => element !== '');
}

/** The field's lines are replaced by `value`, several values become several lines, and undefined removes the field. */
export type FieldChanges = Readonly<Record<string, string | readonly string[] | undefined>>;

export function changeFields(fields: Fields, changes: FieldChanges): Fields {
  const changed = new Map(Object.entries(changes).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  const kept = fields.filter(([name]) => !changed.has(name.toLowerCase()));
  const added = [...changed.values()].flatMap(({ name, value }) => {
    if (value === undefined) return [];
    return (typeof value === 'string' ? [value] : value).map((one): readonly [string, string] => [name, one]);
  });
  return [...kept, ...added];
}
