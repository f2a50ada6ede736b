import { describe, expect, it } from 'vitest';
import { isWireCode } from '../src/close-status.ts';
import {
  ConnectionClosedError,
  handshakeError,
  ProtocolError,
  REFUSALS,
  type RefusalCode,
  UsageError,
  VIOLATIONS,
  type ViolationCode,
  WebSocketError,
} from '../src/errors.ts';
import type { ResponseHead } from '../src/handshake/head.ts';

const violations = Object.keys(VIOLATIONS) as ViolationCode[];
const refusals = Object.keys(REFUSALS) as RefusalCode[];

const CAUSE = new Error('the socket');
const SECTION = /^RFC \d{4} \d+(\.\d+)*$/;
const SENTENCE = /^[A-Z].*\.$/;

describe('the tables', () => {
  it.each(violations)('%s says what goes on the wire, where it is written and what it means', (code) => {
    const { closeCode, section, message } = VIOLATIONS[code];
    expect(isWireCode(closeCode)).toBe(true);
    expect(section).toMatch(SECTION);
    expect(message).toMatch(SENTENCE);
  });

  it.each(refusals)('%s says what goes on the wire, where it is written and what it means', (code) => {
    const { status, section, message } = REFUSALS[code];
    // Only a client meets a failure without a status; a server refuses with 4xx or 5xx.
    expect(status === 0 || (status >= 400 && status <= 599)).toBe(true);
    expect(section).toMatch(SECTION);
    expect(message).toMatch(SENTENCE);
  });

  it('have the close codes of the RFCs', () => {
    const other = violations.filter((code) => VIOLATIONS[code].closeCode !== 1002);
    expect(Object.fromEntries(other.map((code) => [code, VIOLATIONS[code].closeCode]))).toEqual({
      TEXT_INVALID: 1007,
      DEFLATE_INVALID: 1007,
      MESSAGE_TOO_BIG: 1009,
      FRAME_TOO_BIG: 1009,
      TOO_MANY_FRAGMENTS: 1008,
      TOO_MANY_CONTROL_FRAMES: 1008,
    });
  });
});

describe('UsageError', () => {
  it('has its code and what to do', () => {
    const error = new UsageError('INVALID_URL', 'Use ws: or wss:.');
    expect(error).toMatchObject({ name: 'UsageError', code: 'INVALID_URL', message: 'Use ws: or wss:.' });
    expect(error).toBeInstanceOf(WebSocketError);
    expect(error).toBeInstanceOf(Error);
    expect(Object.hasOwn(error, 'cause')).toBe(false);
  });

  it('keeps the cause', () => {
    expect(new UsageError('INVALID_URL', 'x', { cause: CAUSE }).cause).toBe(CAUSE);
  });

  it('is printed with its name', () => {
    expect(String(new UsageError('INVALID_URL', 'x'))).toBe('UsageError: x');
  });
});

describe('ProtocolError', () => {
  it.each(violations)('takes what it says of %s from the table', (code) => {
    const { closeCode, section, message } = VIOLATIONS[code];
    expect(new ProtocolError(code)).toMatchObject({
      name: 'ProtocolError',
      code,
      closeCode,
      section,
      message: `${message} [${section}]`,
    });
  });

  it('adds the figures of the case and keeps the cause', () => {
    const error = new ProtocolError('MESSAGE_TOO_BIG', 'It has 5 bytes.', { cause: CAUSE });
    expect(error.message).toBe('The message is larger than its limit allows. It has 5 bytes. [RFC 6455 10.4]');
    expect(error.cause).toBe(CAUSE);
    expect(error).toBeInstanceOf(WebSocketError);
  });
});

describe('HandshakeError', () => {
  it.each(refusals)('takes what it says of %s from the table', (code) => {
    const { status, section, message } = REFUSALS[code];
    const error = handshakeError(code);
    expect(error).toMatchObject({ name: 'HandshakeError', code, status, section, message: `${message} [${section}]` });
    expect(Object.hasOwn(error, 'phase') || Object.hasOwn(error, 'response') || Object.hasOwn(error, 'cause')).toBe(
      false,
    );
  });

  it('has the status of the response that came, and the response', () => {
    const response: ResponseHead = { status: 404, reason: 'Not Found', fields: [] };
    const error = handshakeError('NOT_SWITCHED', 'It is 404.', { response, phase: 'response', cause: CAUSE });
    expect(error).toMatchObject({ status: 404, response, phase: 'response', cause: CAUSE });
    expect(error.message).toContain('Switching Protocols. It is 404. [');
  });

  it('has the status it is given before any other', () => {
    const response: ResponseHead = { status: 404, reason: 'Not Found', fields: [] };
    expect(handshakeError('REFUSED', undefined, { status: 401 }).status).toBe(401);
    expect(handshakeError('HEAD_INVALID', undefined, { status: 0, response }).status).toBe(0);
  });
});

describe('ConnectionClosedError', () => {
  it('is told from the others by its name, too', () => {
    expect(new ConnectionClosedError('LOST')).toMatchObject({ name: 'ConnectionClosedError', code: 'LOST' });
  });

  it('says what both Close frames said, and which came first', () => {
    const received = { code: 1001, reason: '' };
    const sent = { code: 4000, reason: 'a "b"' };
    const error = new ConnectionClosedError('CLOSED', { received, sent, receivedFirst: false, cause: CAUSE });
    expect(error).toMatchObject({ received, sent, receivedFirst: false, cause: CAUSE });
    expect(error.message).toBe('The connection ended: CLOSED; received 1001 ""; sent 4000 "a \\"b\\""');
  });

  it('tells a Close without a code from no Close', () => {
    const error = new ConnectionClosedError('CLOSED', { received: { code: 1005, reason: '' }, sent: undefined });
    expect(error.message).toBe('The connection ended: CLOSED; received 1005 ""');
    expect(Object.hasOwn(error, 'sent')).toBe(false);
  });
});
