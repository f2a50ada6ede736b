// An extension that does nothing, with one parameter that both sides have to agree on: `level`, 1 to 3.

import type { ClientExtension, ServerExtension } from '../../src/extension.ts';
import type { ExtensionParams } from '../../src/handshake/fields.ts';

function levelOf(params: ExtensionParams): number | undefined {
  const [first, ...others] = params;
  if (first === undefined || others.length > 0 || first[0] !== 'level' || first[1] === true) return undefined;
  return /^[123]$/.test(first[1]) ? Number(first[1]) : undefined;
}

/** Accepts levels up to `most`, and says which one it took. */
export function toyServer(name: string, most: number, usesRsv1 = false): ServerExtension {
  return {
    name,
    usesRsv1,
    accept(params) {
      const level = levelOf(params);
      return level === undefined || level > most ? undefined : [['level', String(level)]];
    },
  };
}

/** Offers the levels, and takes an answer that is one of them. */
export function toyClient(name: string, levels: readonly number[], usesRsv1 = false): ClientExtension {
  return {
    name,
    usesRsv1,
    offers: levels.map((level) => [['level', String(level)]]),
    confirm: (params) => levels.includes(levelOf(params) ?? 0),
  };
}
