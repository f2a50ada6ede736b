// Masking alone, for its own target: the backend of Node, and the one for any runtime.

import { randomBytes } from 'node:crypto';
import { nodeMask } from '@framewire/node-transport';
import { applyMask, type Mask } from '@framewire/protocol';
import { type CheckedContestant, type CodecWork, sizeLabel } from './codec-work.ts';

const KEY = 0x37fa213d;

export function masking(size: number): CodecWork {
  return {
    title: `Masking, ${sizeLabel(size)}`,
    bytes: size,
    contestants: () => [contestant('framewire', nodeMask, size), contestant('framewire, any runtime', applyMask, size)],
  };
}

function contestant(name: string, mask: Mask, size: number): CheckedContestant {
  const bytes = randomBytes(size);
  const times = Math.max(1, Math.round((4 << 20) / size));
  return {
    name,
    pass() {
      for (let time = 0; time < times; time++) mask(bytes, 0, size, KEY, 0);
      return times;
    },
    check() {
      const masked = Buffer.from(bytes);
      mask(masked, 0, size, KEY, 0);
      for (let at = 0; at < size; at++) {
        const octet = (KEY >>> (24 - 8 * (at % 4))) & 255;
        if (((bytes[at] ?? 0) ^ octet) !== masked[at]) throw new Error(`${name}: masked wrong at ${at}`);
      }
    },
  };
}
