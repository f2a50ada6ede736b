import { describe, expect, it } from 'vitest';
import { changeFields, encodeHead, listOf, readHead, valuesOf } from '../../src/wire/head.ts';

const BYTES = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nconnection:\t Upgrade \r\n\r\nrest');

describe('readHead', () => {
  it('reads the start, the fields and where the head ends', () => {
    const head = readHead(BYTES);
    expect(head).toEqual({
      start: 'GET / HTTP/1.1',
      fields: [
        ['Host', 'a'],
        ['Connection', 'keep-alive'],
        ['connection', 'Upgrade'],
      ],
      size: BYTES.length - 4,
    });
  });

  it('waits for the end', () => {
    expect(readHead(BYTES.subarray(0, 60))).toBeUndefined();
  });

  it.each([['no colon'], [' folded: value'], [': nameless'], ['na me: value']])('refuses the line “%s”', (line) => {
    expect(() => readHead(Buffer.from(`GET / HTTP/1.1\r\n${line}\r\n\r\n`))).toThrow(
      `the line “${line}”, which is no HTTP field`,
    );
  });

  it('refuses a head without an end', () => {
    expect(() => readHead(Buffer.alloc(70_000, 0x61))).toThrow('70000 octets without the end of an HTTP head');
  });
});

describe('fields', () => {
  it('are found in any case, and lists over all their lines', () => {
    const { fields } = readHead(BYTES) ?? { fields: [] };
    expect(valuesOf(fields, 'HOST')).toEqual(['a']);
    expect(listOf(fields, 'connection')).toEqual(['keep-alive', 'upgrade']);
  });

  it('are replaced, doubled, added and removed', () => {
    const fields = changeFields(
      [
        ['A', '1'],
        ['B', '2'],
        ['C', '3'],
      ],
      { a: 'x', b: ['y', 'z'], C: undefined, D: '4' },
    );
    expect(encodeHead('HTTP/1.1 200 OK', fields).toString()).toBe(
      'HTTP/1.1 200 OK\r\na: x\r\nb: y\r\nb: z\r\nD: 4\r\n\r\n',
    );
  });
});
