// The text of section 6 of the conformance suite, which follows Markus Kuhn's well-known list of sequences, each with the number of its case.
// Where its cases differ in the frames the text comes in: here every text is replayed in one frame, in frames of each length, and up to the
// byte that spoils it.

import type { IllFormed, WellFormed } from './utf8-sequences.ts';
import { utf8Hex } from './wire.ts';

interface WellFormedCase extends WellFormed {
  readonly cases: readonly string[];
}

interface IllFormedCase extends IllFormed {
  readonly cases: readonly string[];
}

const KOSME = 'κ\u{1f79}σμε';
const KOSME_HEX: string = utf8Hex(KOSME);

function text(id: string, value: string, ...more: readonly string[]): WellFormedCase {
  return { name: `case ${id}`, bytes: utf8Hex(value), text: value, cases: [id, ...more] };
}

function texts(group: string, values: readonly string[], first = 1): WellFormedCase[] {
  return values.map((value, index) => text(`${group}.${first + index}`, value));
}

function bad(id: string, bytes: string, failsAt: number, ...more: readonly string[]): IllFormedCase {
  return { name: `case ${id}`, bytes, failsAt, cases: [id, ...more] };
}

/** Bytes with the index at which each is spoilt. */
function bads(group: string, rows: readonly (readonly [bytes: string, failsAt: number])[], first = 1): IllFormedCase[] {
  return rows.map(([bytes, failsAt], index) => bad(`${group}.${first + index}`, bytes, failsAt));
}

/** Each byte from `first` up to but without `end`, with something behind it. */
function row(first: number, end: number, behind: string): string {
  let hex = '';
  for (let byte = first; byte < end; byte++) hex += `${byte.toString(16)}${behind}`;
  return hex;
}

/** How many bytes each letter of the Greek word has. */
const LETTERS: readonly number[] = Array.from(KOSME, (letter) => utf8Hex(letter).length / 2);
/** The prefixes of the word that end where a letter ends: how many letters a prefix of so many bytes has. */
const LETTERS_OF_PREFIX: ReadonlyMap<number, number> = new Map(
  LETTERS.map((_, index) => [LETTERS.slice(0, index + 1).reduce((sum, size) => sum + size), index + 1]),
);

/** U+nFFFE and U+nFFFF of each plane: no characters, but valid. */
const NONCHARACTERS: readonly string[] = Array.from({ length: 17 }, (_, plane) => (plane << 16) | 0xfffe).flatMap(
  (point) => [String.fromCodePoint(point), String.fromCodePoint(point + 1)],
);

export const wellFormedCases: readonly WellFormedCase[] = [
  text('6.2.1', 'Hello-µ@ßöäüàá-UTF-8!!', '6.2.2', '6.2.3'),
  text('6.2.4', KOSME, '6.5.5', '6.6.11'),
  ...texts('6.5', ['hello$world', 'hello¢world', 'hello€world', 'hello\u{24b62}world']),
  ...[...LETTERS_OF_PREFIX]
    .filter(([length]) => length < 11)
    .map(([length, letters]) => text(`6.6.${length}`, Array.from(KOSME).slice(0, letters).join(''))),
  ...texts('6.7', ['\0', '\u{80}', '\u{800}', '\u{10000}']),
  ...texts('6.9', ['\u{7f}', '\u{7ff}', '\u{ffff}', '\u{10ffff}']),
  ...texts('6.11', ['\u{d7ff}', '\u{e000}', '\u{fffd}', '\u{10ffff}']),
  ...texts('6.22', NONCHARACTERS),
  ...texts('6.23', ['\u{fff9}', '\u{fffa}', '\u{fffb}', '\u{fffc}', '\u{fffd}', '\u{fffe}', '\u{ffff}']),
];

const LAST_BYTE_MISSING: readonly (readonly [string, number])[] = [
  ['c0', 0],
  ['e080', 1],
  ['f08080', 1],
  ['f8808080', 0],
  ['fc80808080', 0],
  ['df', 1],
  ['efbf', 2],
  ['f7bfbf', 0],
  ['fbbfbfbf', 0],
  ['fdbfbfbfbf', 0],
];

const HIGH: readonly string[] = ['eda080', 'edadbf', 'edae80', 'edafbf'];
const LOW: readonly string[] = ['edb080', 'edbfbf'];

export const illFormedCases: readonly IllFormedCase[] = [
  bad('6.3.1', `${KOSME_HEX}eda080656469746564`, 12, '6.3.2'),
  bad('6.4.1', `${KOSME_HEX}f4908080656469746564`, 12, '6.4.2', '6.4.3', '6.4.4'),
  ...Array.from({ length: 11 }, (_, index) => index + 1)
    .filter((length) => !LETTERS_OF_PREFIX.has(length))
    .map((length) => bad(`6.6.${length}`, KOSME_HEX.slice(0, length * 2), length)),
  ...bads('6.8', [
    ['f888808080', 0],
    ['fc8480808080', 0],
  ]),
  ...bads('6.10', [
    ['f7bfbfbf', 0],
    ['fbbfbfbfbf', 0],
    ['fdbfbfbfbfbf', 0],
  ]),
  bad('6.11.5', 'f4908080', 1),
  ...bads(
    '6.12',
    ['80', 'bf', '80bf', '80bf80', '80bf80bf', '80bf80bf80', '80bf80bf80bf', row(0x80, 0xbf, '')].map((bytes) => [
      bytes,
      0,
    ]),
  ),
  ...bads('6.13', [
    [row(0xc0, 0xdf, '20'), 0],
    [row(0xe0, 0xef, '20'), 1],
    [row(0xf0, 0xf7, '20'), 1],
    [row(0xf8, 0xfb, '20'), 0],
    [row(0xfc, 0xfd, '20'), 0],
  ]),
  ...bads('6.14', LAST_BYTE_MISSING),
  bad('6.15.1', LAST_BYTE_MISSING.map(([bytes]) => bytes).join(''), 0),
  ...bads(
    '6.16',
    ['fe', 'ff', 'fefeffff'].map((bytes) => [bytes, 0]),
  ),
  ...bads('6.17', [
    ['c0af', 0],
    ['e080af', 1],
    ['f08080af', 1],
    ['f8808080af', 0],
    ['fc80808080af', 0],
  ]),
  ...bads('6.18', [
    ['c1bf', 0],
    ['e09fbf', 1],
    ['f08fbfbf', 1],
    ['f887bfbfbf', 0],
    ['fc83bfbfbfbf', 0],
  ]),
  ...bads('6.19', [
    ['c080', 0],
    ['e08080', 1],
    ['f0808080', 1],
    ['f880808080', 0],
    ['fc8080808080', 0],
  ]),
  ...bads(
    '6.20',
    ['eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf'].map((bytes) => [bytes, 1]),
  ),
  ...bads(
    '6.21',
    HIGH.flatMap((high) => LOW.map((low) => [`${high}${low}`, 1] as const)),
  ),
];
