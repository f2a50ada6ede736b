import { type Acceptance, buildResponse, encodeResponseHead, UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { responseTo } from '../src/response.ts';

const PLAIN: Acceptance = {
  key: 'dGhlIHNhbXBsZSBub25jZQ==',
  accept: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  host: 'a',
  path: '/',
  query: '',
  subprotocol: '',
  offeredSubprotocols: ['chat'],
  extensions: [],
};

describe('responseTo', () => {
  it('is byte for byte what building it each time gives', () => {
    for (const acceptance of [
      PLAIN,
      { ...PLAIN, accept: 'ICX+Yqv66kxgM0FcWaLWlFLwTAI=' },
      { ...PLAIN, subprotocol: 'chat' },
      { ...PLAIN, extensions: [{ name: 'permessage-deflate', params: [] }] },
    ]) {
      for (const extra of [[], [['Set-Cookie', 'caf\u00e9']]] as const) {
        const bytes = encodeResponseHead(buildResponse(acceptance, extra));
        expect(Buffer.from(responseTo(acceptance, extra), 'latin1')).toEqual(Buffer.from(bytes));
      }
    }
  });

  it('refuses fields that cannot stand in it', () => {
    expect(() => responseTo(PLAIN, [['X', 'a\r\nb']])).toThrow(UsageError);
    expect(() => responseTo(PLAIN, [['Upgrade', 'h2c']])).toThrow(UsageError);
  });
});
