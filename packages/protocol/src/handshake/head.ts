// HTTP/1.1 heads as data, and as bytes (RFC 9112). Nothing is written that could be read as something else: no header can be injected
// through a method, target, name or value.

import { UsageError } from '../errors.ts';
import { isFieldValue, isToken, quote } from './fields.ts';

/** Header fields in the order they stand on the wire. Names keep their case; compare them case-insensitively. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** The head of an HTTP request: request line and fields. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** Such as `HTTP/1.1`. */
  readonly version: string;
  readonly fields: Fields;
}

/** The head of an HTTP response: status line and fields. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Such as `HTTP/1.1`, which it is when absent. */
  readonly version?: string;
  readonly fields: Fields;
}

const VERSION = /^HTTP\/[0-9]\.[0-9]$/;
const HTTP_1_1 = /^HTTP\/1\.[1-9]$/;
const STATUS = /^[1-9][0-9]{2}$/;
/** Visible ASCII: what a request target may hold before its form is looked at (RFC 9112, section 3.2). */
const TARGET = /^[\x21-\x7e]+$/;

/** Whether the version is HTTP/1.1 or a later one of HTTP/1, to be taken for the same (RFC 9110, section 6.2). */
export function isHttp11(version: string): boolean {
  return HTTP_1_1.test(version);
}

/** Whether the value is an HTTP version, of whatever number (RFC 9112, section 2.3). */
export function isVersion(value: unknown): value is string {
  return typeof value === 'string' && VERSION.test(value);
}

/** Whether the value is one word of visible ASCII. */
export function isTarget(value: unknown): value is string {
  return typeof value === 'string' && TARGET.test(value);
}

/** Whether the value is a status code: three digits (RFC 9110, section 15). */
export function isStatus(value: unknown): boolean {
  return STATUS.test(String(value));
}

/**
 * The bytes of a request head (RFC 9112, section 3).
 *
 * @throws UsageError INVALID_ARGUMENT when any part could be read as something else, such as a value with CR or LF
 */
export function encodeRequestHead(head: RequestHead): Uint8Array {
  const { method, target, version } = head;
  if (!isToken(method)) throw unfit('method', method);
  if (!isTarget(target)) throw unfit('target', target);
  if (!isVersion(version)) throw unfit('version', version);
  return encodeHead(`${method} ${target} ${version}`, head.fields);
}

/**
 * The bytes of a response head (RFC 9112, section 4).
 *
 * @throws UsageError INVALID_ARGUMENT when any part could be read as something else, such as a value with CR or LF
 */
export function encodeResponseHead(head: ResponseHead): Uint8Array {
  const { status, reason, version = 'HTTP/1.1' } = head;
  if (!isVersion(version)) throw unfit('version', version);
  if (!isStatus(status)) throw unfit('status', status);
  if (!isFieldValue(reason)) throw unfit('reason', reason);
  return encodeHead(`${version} ${status} ${reason}`, head.fields);
}

function encodeHead(line: string, fields: Fields): Uint8Array {
  let text = `${line}\r\n`;
  for (const [name, value] of fields) {
    if (!isToken(name)) throw unfit('name of a field', name);
    if (!isFieldValue(value)) throw unfit(`value of the field ${name}`, value);
    text += `${name}: ${value}\r\n`;
  }
  text += '\r\n';
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function unfit(part: string, value: unknown): UsageError {
  return new UsageError(
    'INVALID_ARGUMENT',
    `${quote(String(value))} cannot stand in a head as ${part}: it is empty or has characters that are not allowed there.`,
  );
}
