import {
  type AgreedExtension,
  type ExtensionParams,
  type MessageTransform,
  permessageDeflateClient,
  permessageDeflateServer,
  UsageError,
} from '@framewire/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { deflateJobs } from '../../src/deflate/job-limiter.ts';
import { type DeflateOptions, type DeflateSettings, settleDeflate } from '../../src/deflate/settings.ts';
import { text } from './support/payloads.ts';

function settled(options: true | DeflateOptions, role: 'server' | 'client'): DeflateSettings {
  const settings = settleDeflate(options, role);
  if (settings === undefined) throw new Error('It is off.');
  return settings;
}

/** The codecs of both sides, by what they agree on. */
function agreed(
  server: true | DeflateOptions,
  client: true | DeflateOptions,
): { readonly params: ExtensionParams; readonly server: MessageTransform; readonly client: MessageTransform } {
  const ours = settled(server, 'server');
  const theirs = settled(client, 'client');
  const offer = permessageDeflateClient(theirs.policy).offers[0] ?? [];
  const params = permessageDeflateServer(ours.policy).accept(offer) ?? [];
  const extensions: AgreedExtension[] = [
    { name: 'other', params: [] },
    { name: 'permessage-deflate', params },
  ];
  const [serverSide, clientSide] = [ours.transform(extensions), theirs.transform(extensions)];
  if (serverSide === undefined || clientSide === undefined) throw new Error('They did not agree.');
  return { params, server: serverSide, client: clientSide };
}

function size(of: MessageTransform, message: Uint8Array): number {
  let length = -1;
  of.encode(message, (payload) => {
    length = payload?.length ?? -1;
  });
  return length;
}

afterEach(() => {
  deflateJobs.places = 4;
});

describe('settleDeflate', () => {
  it('is off when it is told so', () => {
    expect(settleDeflate(false, 'server')).toBe(undefined);
  });

  it('takes nothing over and limits no window unless it is told to', () => {
    const policy = {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
    };
    expect(settled(true, 'server').policy).toEqual(policy);
    expect(settled({}, 'client').policy).toEqual(policy);
    expect(deflateJobs.places).toBe(4);
  });

  it('knows which side of the negotiation is ours', () => {
    const options = { sendContextTakeover: true, sendWindowBits: 10, receiveWindowBits: 9 };
    expect(settled(options, 'server').policy).toEqual({
      serverNoContextTakeover: false,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 10,
      clientMaxWindowBits: 9,
    });
    expect(settled(options, 'client').policy).toEqual({
      serverNoContextTakeover: true,
      clientNoContextTakeover: false,
      serverMaxWindowBits: 9,
      clientMaxWindowBits: 10,
    });
  });

  it('sets the number of jobs of the process', () => {
    settled({ maxJobs: 2 }, 'server');
    expect(deflateJobs.places).toBe(2);
    settled({}, 'client');
    expect(deflateJobs.places).toBe(2);
  });

  it.each([
    ['deflate', 'null', null],
    ['deflate', 'a number', 1],
    ...[0, 10, 1.5, '1', null].flatMap((value) => [
      ['deflate.level', value, { level: value }],
      ['deflate.memLevel', value, { memLevel: value }],
    ]),
    ...[7, 16, 9.5, '9', null].flatMap((value) => [
      ['deflate.sendWindowBits', value, { sendWindowBits: value }],
      ['deflate.receiveWindowBits', value, { receiveWindowBits: value }],
    ]),
    ['deflate.threshold', -1, { threshold: -1 }],
    ['deflate.maxJobs', 0, { maxJobs: 0 }],
    ['deflate.sendContextTakeover', 1, { sendContextTakeover: 1 }],
    ['deflate.receiveContextTakeover', null, { receiveContextTakeover: null }],
  ] as [string, unknown, DeflateOptions][])('refuses %s: %s, by name', (name, _, options) => {
    const settling = (): unknown => settleDeflate(options, 'server');
    expect(settling).toThrow(UsageError);
    expect(settling).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }),
    );
    expect(deflateJobs.places).toBe(4);
  });
});

describe('transform', () => {
  it('is nothing where permessage-deflate was not agreed on', () => {
    expect(settled(true, 'server').transform([])).toBe(undefined);
    expect(settled(true, 'client').transform([{ name: 'other', params: [] }])).toBe(undefined);
  });

  it('has the threshold, 1 KiB by default', () => {
    expect(agreed(true, { threshold: 0 })).toMatchObject({ server: { threshold: 1024 }, client: { threshold: 0 } });
  });

  const MESSAGE = text('{"user":"somebody","text":"something","time":1700000000}');

  it.each([
    ['server', 'client'],
    ['client', 'server'],
  ] as const)('lets the %s take its context over only when both sides want it', (who, other) => {
    for (const ours of [false, true]) {
      for (const theirs of [false, true]) {
        const sides = agreed(
          who === 'server' ? { sendContextTakeover: ours } : { receiveContextTakeover: theirs },
          who === 'client' ? { sendContextTakeover: ours } : { receiveContextTakeover: theirs },
        );
        const [first, second] = [size(sides[who], MESSAGE), size(sides[who], MESSAGE)];
        expect(second < first / 2, `${ours} ${theirs}`).toBe(ours && theirs);
        expect(size(sides[other], MESSAGE)).toBe(size(sides[other], MESSAGE));
      }
    }
  });

  it('does not take the context of a client over that has offered not to, whatever the answer says', () => {
    const client = settled({ sendContextTakeover: false, sendWindowBits: 9 }, 'client');
    const side = client.transform([{ name: 'permessage-deflate', params: [['server_no_context_takeover', true]] }]);
    if (side === undefined) throw new Error('They did not agree.');
    expect(size(side, MESSAGE)).toBe(size(side, MESSAGE));
  });

  it('tries as hard as the options say', () => {
    const words = text(Array.from({ length: 2000 }, (_, i) => `${(i * i * 7919) % 10_007} `).join(''));
    const at = (level: number): number => size(agreed({ level }, true).server, words);
    expect(at(9)).toBeLessThan(at(1));
  });
});
