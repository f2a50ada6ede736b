// Everything the codec is measured at, by the id it has in a report.

import type { CodecWork } from './codec-work.ts';
import { parsing, receiving, receivingText } from './decoding.ts';
import { sending } from './encoding.ts';
import { masking } from './masking.ts';

export const CODEC_WORKS: ReadonlyMap<string, CodecWork> = new Map([
  ['codec-parse-20b', parsing(20)],
  ['codec-parse-1k', parsing(1024)],
  ['codec-unmask-16k', masking(16_384)],
  ['codec-unmask-1m', masking(1 << 20)],
  ['codec-send-20b', sending('client', 20)],
  ['codec-send-512b', sending('client', 512)],
  ['codec-send-16k', sending('client', 16_384)],
  ['codec-send-unmasked-20b', sending('server', 20)],
  ['codec-send-unmasked-512b', sending('server', 512)],
  ['codec-send-unmasked-16k', sending('server', 16_384)],
  ['codec-receive-20b', receiving(20)],
  ['codec-receive-1k', receiving(1024)],
  ['codec-receive-text-20b', receivingText(20)],
  ['codec-receive-text-1k', receivingText(1024)],
]);
