// Masking alone, for its own target.

import { randomBytes } from 'node:crypto';
import { applyMask } from '@framewire/protocol';
import { type Scenario, sizeLabel, type Target } from './scenario.ts';

const KEY = 0x37fa213d;

export function masking(size: number, targets: readonly Target[] = []): Scenario {
  return {
    name: `mask, ${sizeLabel(size)}`,
    bytes: size,
    targets,
    contestants() {
      const bytes = randomBytes(size);
      const times = Math.max(1, Math.round((4 << 20) / size));
      return [
        {
          name: 'framewire',
          pass() {
            for (let time = 0; time < times; time++) applyMask(bytes, 0, size, KEY, 0);
            return times;
          },
          check() {
            const masked = Buffer.from(bytes);
            applyMask(masked, 0, size, KEY, 0);
            for (let at = 0; at < size; at++) {
              const key = (KEY >>> (24 - 8 * (at % 4))) & 255;
              if (((bytes[at] ?? 0) ^ key) !== masked[at]) throw new Error(`masked wrong at ${at}`);
            }
          },
        },
      ];
    },
  };
}
