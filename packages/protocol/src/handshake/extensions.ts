// Negotiating extensions (RFC 6455, sections 4.1, 4.2.2 and 9.1): the client offers, the server accepts some of the offers, the client
// makes sure that it did offer what was accepted. Each extension is agreed on once, and RSV1 has one meaning.

import { UsageError } from '../errors.ts';
import type { AgreedExtension, ClientExtension, ServerExtension } from '../extension.ts';
import { type ExtensionOffer, formatExtensions, isToken, quote } from './fields.ts';

type Identity = Pick<ServerExtension, 'name' | 'usesRsv1'>;

/** Who has been agreed on so far. */
class Agreed<Extension extends Identity> {
  readonly list: AgreedExtension[] = [];
  readonly #left: Set<Extension>;

  constructor(extensions: readonly Extension[]) {
    this.#left = new Set(extensions);
  }

  /** The extension of this name, unless it or the RSV1 bit is taken. */
  find(name: string): Extension | undefined {
    for (const extension of this.#left) if (extension.name === name) return extension;
    return undefined;
  }

  add(extension: Extension, params: AgreedExtension['params']): void {
    this.list.push({ name: extension.name, params });
    for (const other of this.#left) {
      if (other === extension || (extension.usesRsv1 && other.usesRsv1)) this.#left.delete(other);
    }
  }
}

/** Accepts offers in the client's order of preference (RFC 6455, section 9.1). What is not known or not acceptable is declined. */
export function acceptOffers(
  offers: readonly ExtensionOffer[],
  extensions: readonly ServerExtension[],
): readonly AgreedExtension[] {
  if (extensions.length === 0) return [];
  const agreed = new Agreed(extensions);
  for (const { name, params } of offers) {
    const extension = agreed.find(name);
    const answer = extension?.accept(params);
    if (extension !== undefined && answer !== undefined) agreed.add(extension, answer);
  }
  return agreed.list;
}

/** What was agreed on, or undefined where the server accepts what was not offered, or twice, or RSV1 for two (RFC 6455, section 4.1). */
export function confirmAnswer(
  answer: readonly ExtensionOffer[],
  extensions: readonly ClientExtension[],
): readonly AgreedExtension[] | undefined {
  const agreed = new Agreed(extensions);
  for (const { name, params } of answer) {
    const extension = agreed.find(name);
    if (extension?.confirm(params) !== true) return undefined;
    agreed.add(extension, params);
  }
  return agreed.list;
}

/** The value of Sec-WebSocket-Extensions in a request, or `''`. */
export function formatOffers(extensions: readonly ClientExtension[]): string {
  return formatExtensions(extensions.flatMap(({ name, offers }) => offers.map((params) => ({ name, params }))));
}

/**
 * Throws unless each extension has a name of its own that is a token.
 *
 * @throws UsageError INVALID_OPTION
 */
export function checkExtensions(extensions: readonly Identity[]): void {
  if (!Array.isArray(extensions)) throw new UsageError('INVALID_OPTION', 'extensions must be a list.');
  const names = new Set<string>();
  for (const { name } of extensions) {
    if (!isToken(name)) throw new UsageError('INVALID_OPTION', `extensions: ${quote(String(name))} is no token.`);
    if (names.has(name)) throw new UsageError('INVALID_OPTION', `extensions: ${name} is listed twice.`);
    names.add(name);
  }
}
