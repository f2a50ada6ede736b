// Makes src/mask-module.ts of mask.wat. Run by `pnpm --filter @framewire/node-transport wasm`; the test compares what it would make with
// what is committed.

import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const source: URL = new URL('mask.wat', import.meta.url);

/** The module that is compiled into the package. */
export const target: URL = new URL('../src/mask-module.ts', import.meta.url);

/** What {@link target} must hold. */
export async function maskModule(): Promise<string> {
  const { parseWat } = await wabt();
  const parsed = parseWat('mask.wat', readFileSync(source, 'utf8'), { simd: true });
  parsed.validate();
  const base64 = Buffer.from(parsed.toBinary({}).buffer).toString('base64');
  parsed.destroy();
  return `// Made from wasm/mask.wat by \`pnpm --filter @framewire/node-transport wasm\`: change that, not this.

/** A WebAssembly module, in base64. */
export const MASK_MODULE: string =
  '${base64}';
`;
}

if (import.meta.main) writeFileSync(target, await maskModule());
