// Replays the UTF-8 vectors: against the validator, the text codec, and an Endpoint that gets them as text in every fragmentation.

import type { EndpointHandler } from '../../src/index.ts';
import type { Protocol, Report } from './replay.ts';
import { illFormedCases, wellFormedCases } from './utf8-cases.ts';
import { illFormed, wellFormed } from './utf8-sequences.ts';
import { difference, splitPoints, verdict } from './verdict.ts';
import { frameHex, fromHex, toHex, uint } from './wire.ts';

/** Replays every UTF-8 vector. */
export function replayUtf8(protocol: Protocol, report: Report): void {
  for (const { name, bytes, text } of [...wellFormed, ...wellFormedCases]) {
    verdict(report, `UTF-8: ${name}`, () => check(protocol, fromHex(bytes), text, undefined));
  }
  for (const { name, bytes, failsAt } of [...illFormed, ...illFormedCases]) {
    verdict(report, `not UTF-8: ${name}`, () => check(protocol, fromHex(bytes), undefined, failsAt));
  }
}

/** `failsAt` is undefined for well-formed bytes, of which `text` is the meaning. */
function check(
  protocol: Protocol,
  bytes: Uint8Array,
  text: string | undefined,
  failsAt: number | undefined,
): string | undefined {
  const { length } = bytes;
  const expected = text === undefined ? 'failed TEXT_INVALID' : `text ${JSON.stringify(text)}`;
  const impossible = failsAt === undefined || failsAt === length ? undefined : failsAt;
  const wrong =
    difference('decoded', protocol.portableText.decode(joined([0xff], bytes, [0xff]), 1, length + 1), text) ??
    difference('validated whole', validity(protocol, bytes, [length]), failsAt === undefined) ??
    difference('validated byte by byte, the failing byte', failingByte(protocol, bytes), impossible) ??
    difference('in one frame', firstEvent(protocol, frameHex(0x81, toHex(bytes))), expected) ??
    difference('in frames of one byte', firstEvent(protocol, inFrames(bytes, 1)), expected) ??
    failsFast(protocol, bytes, impossible);
  if (wrong !== undefined) return wrong;
  for (const at of splitPoints(length)) {
    const cut =
      difference(`validated, cut at ${at}`, validity(protocol, bytes, [at, length]), failsAt === undefined) ??
      difference(`in frames of ${at} bytes`, firstEvent(protocol, inFrames(bytes, at)), expected);
    if (cut !== undefined) return cut;
  }
  return undefined;
}

/** In a frame or a message that claims to go on, the byte before the bad one leaves the connection open, and the bad one fails it. */
function failsFast(protocol: Protocol, bytes: Uint8Array, impossible: number | undefined): string | undefined {
  const header = `81 7e ${uint(1000, 2)}`;
  const until = impossible ?? bytes.length;
  const valid = toHex(bytes.subarray(0, until));
  const inFragments = frameHex(0x01, valid);
  const wrong =
    difference('before the bad byte', firstEvent(protocol, header + valid), undefined) ??
    difference('in the fragment before the bad byte', firstEvent(protocol, inFragments), undefined);
  if (wrong !== undefined || impossible === undefined) return wrong;
  const bad = toHex(bytes.subarray(until, until + 1));
  return (
    difference('at the bad byte', firstEvent(protocol, header + valid + bad), 'failed TEXT_INVALID') ??
    difference(
      'in a fragment of the bad byte',
      firstEvent(protocol, inFragments + frameHex(0x00, bad)),
      'failed TEXT_INVALID',
    )
  );
}

/** Whether the validator takes the bytes, given in parts that end at these points. */
function validity(protocol: Protocol, bytes: Uint8Array, ends: readonly number[]): boolean {
  const validator = new protocol.Utf8Validator();
  let start = 0;
  for (const end of ends) {
    if (!validator.push(bytes, start, end)) return false;
    start = end;
  }
  return validator.complete;
}

function failingByte(protocol: Protocol, bytes: Uint8Array): number | undefined {
  const validator = new protocol.Utf8Validator();
  for (let at = 0; at < bytes.length; at++) if (!validator.push(bytes, at, at + 1)) return at;
  return undefined;
}

/** A text message in frames of so many bytes, closed by an empty one. */
function inFrames(bytes: Uint8Array, size: number): string {
  const hex: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    hex.push(frameHex(at === 0 ? 0x01 : 0x00, toHex(bytes.subarray(at, at + size))));
  }
  return `${hex.join('')}${frameHex(hex.length === 0 ? 0x81 : 0x80, '')}`;
}

/** What a client makes of these frames: its first message or its failure. */
function firstEvent(protocol: Protocol, frames: string): string | undefined {
  let event: string | undefined;
  const handler: EndpointHandler = {
    text(message) {
      event ??= `text ${JSON.stringify(message)}`;
    },
    binary() {},
    ping() {},
    pong() {},
    stateChanged() {},
    failed(error) {
      event ??= `failed ${error.code}`;
    },
  };
  const options = { role: 'client', maskingKey: () => 0 } as const;
  new protocol.Endpoint(handler, new protocol.BufferSink(), options).receive(fromHex(frames));
  return event;
}

function joined(...parts: readonly Iterable<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
