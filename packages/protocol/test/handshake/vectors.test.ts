import { expect, it } from 'vitest';
import { acceptKey } from '../../src/handshake/accept-key.ts';
import { RequestHeadDecoder, ResponseHeadDecoder } from '../../src/handshake/head-decoder.ts';
import { checkRequest } from '../../src/handshake/request.ts';
import { checkResponse } from '../../src/handshake/response.ts';
import { replayHandshake } from '../vectors/replay-handshake.ts';
import { REQUEST_VECTORS } from '../vectors/request-vectors.ts';
import { RESPONSE_VECTORS } from '../vectors/response-vectors.ts';
import { ACCEPT_KEY_VECTORS } from '../vectors/sha1-vectors.ts';

const api = { RequestHeadDecoder, ResponseHeadDecoder, acceptKey, checkRequest, checkResponse };

function failuresOf(tested: typeof api): { readonly names: Set<string>; readonly failures: string[] } {
  const names = new Set<string>();
  const failures: string[] = [];
  replayHandshake(tested, (name, ok, detail) => {
    names.add(name);
    if (!ok) failures.push(`${name}: ${detail}`);
  });
  return { names, failures };
}

it('holds for every vector, and each has a name of its own', () => {
  const { names, failures } = failuresOf(api);
  expect(failures).toEqual([]);
  expect(names.size).toBe(ACCEPT_KEY_VECTORS.length + REQUEST_VECTORS.length + RESPONSE_VECTORS.length);
});

it('reports what fails', () => {
  const { failures } = failuresOf({
    ...api,
    acceptKey: () => 'x',
    checkResponse: () => ({ subprotocol: '', extensions: [] }),
  });
  expect(failures[0]).toBe(
    `accept key of dGhlIHNhbXBsZSBub25jZQ==: answered: "x" instead of "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="`,
  );
  expect(
    failures.some((failure) => failure.startsWith('response, NOT_SWITCHED: 200 with everything else right: whole')),
  ).toBe(true);
});
