// placeholder: shapes only, the handshake room fills this in
/** Header fields in the order they stand on the wire. Names keep their case; compare them case-insensitively. */
export type Fields = readonly (readonly [name: string, value: string])[];
/** The head of an HTTP request: request line and fields. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: Fields;
}
/** The head of an HTTP response: status line and fields. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly fields: Fields;
}
