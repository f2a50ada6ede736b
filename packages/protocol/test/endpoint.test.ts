import { describe, expect, it } from 'vitest';
import { BufferSink } from '../src/buffer-sink.ts';
import { Endpoint } from '../src/endpoint.ts';
import type { EndpointOptions } from '../src/endpoint-settings.ts';
import { ProtocolError } from '../src/errors.ts';
import { encodeMessage } from '../src/frame-encoder.ts';
import { applyMask } from '../src/mask.ts';
import { portableText } from '../src/utf8.ts';
import { JoinedEndpoints } from './joined-endpoints.ts';
import { Peer, type PeerOptions } from './peer.ts';
import { fromHex, toHex } from './vectors/wire.ts';

const roles = ['client', 'server'] as const;

describe('two endpoints', () => {
  it('converse both ways', () => {
    const joined = new JoinedEndpoints();
    const { client, server } = joined;
    client.after = (line) => {
      if (line === 'text from the server') client.endpoint.sendText('got it');
    };
    client.endpoint.sendText('from the client');
    client.endpoint.sendBinary(fromHex('00ff'));
    server.endpoint.sendText('from the server');
    server.endpoint.sendBinary(new Uint8Array(0));
    client.endpoint.ping(fromHex('01'));
    server.endpoint.ping(fromHex('02'));
    joined.settle();
    expect(client.heard).toEqual(['text from the server', 'binary ', 'ping 02', 'pong 01']);
    expect(server.heard).toEqual(['text from the client', 'binary 00ff', 'ping 01', 'text got it', 'pong 02']);
    expect([client.endpoint.state, server.endpoint.state]).toEqual(['open', 'open']);
  });

  it.each([0, 125, 126, 65_535, 65_536, 262_144, 262_145, 1_000_000])(
    'exchange binary messages of %i bytes',
    (length) => {
      const joined = new JoinedEndpoints();
      const message = Uint8Array.from({ length }, (_, at) => (at * 7) ^ (at >>> 8));
      joined.client.endpoint.sendBinary(message);
      joined.server.endpoint.sendBinary(message);
      joined.settle();
      for (const { messages } of [joined.client, joined.server]) {
        expect(messages).toHaveLength(1);
        expect(Buffer.compare(messages[0] as Uint8Array, message)).toBe(0);
      }
    },
  );

  it('use the backends they are given', () => {
    let masked = 0;
    const text = { ...portableText, decode: () => 'decoded here' };
    const mask: PeerOptions['mask'] = (bytes, start, end, key, phase) => {
      masked += end - start;
      applyMask(bytes, start, end, key, phase);
    };
    const joined = new JoinedEndpoints({ client: { mask }, server: { mask, text } });
    joined.client.endpoint.sendText('four');
    joined.settle();
    expect(joined.server.heard).toEqual(['text decoded here']);
    expect(masked).toBe(8);
  });
});

describe('Endpoint', () => {
  it('starts open, with nothing said about closing', () => {
    const { endpoint, out } = new Peer('server');
    expect([endpoint.state, endpoint.received, endpoint.sent, endpoint.receivedFirst]).toEqual([
      'open',
      undefined,
      undefined,
      false,
    ]);
    expect(out.take()).toHaveLength(0);
  });

  it('masks as a client and not as a server', () => {
    const client = new Peer('client', { maskingKey: () => 0x37fa213d } as PeerOptions);
    client.endpoint.sendText('Hello');
    expect(toHex(client.out.take())).toBe('818537fa213d7f9f4d5158');
    const server = new Peer('server');
    server.endpoint.sendText('Hello');
    expect(toHex(server.out.take())).toBe('810548656c6c6f');
  });

  it('sends what encodeMessage made, uncopied above 256 KiB, and nothing once it is closing', () => {
    const server = new Peer('server');
    server.endpoint.sendEncoded(encodeMessage('to many'));
    server.endpoint.sendEncoded(encodeMessage(fromHex('00')));
    expect(server.sent()).toEqual(['text to many', 'binary 00']);
    const large = encodeMessage(new Uint8Array(262_145));
    server.endpoint.sendEncoded(large);
    expect(Buffer.compare(server.out.take(), large)).toBe(0);
    const handedOver: Uint8Array[] = [];
    server.out.writePair = (_, payload) => handedOver.push(payload);
    server.endpoint.sendEncoded(large);
    expect(handedOver).toEqual([large]);
    expect(handedOver[0]).toBe(large);
    server.endpoint.close(1000, '');
    server.endpoint.sendEncoded(encodeMessage('late'));
    expect(server.sent()).toEqual(['close 1000']);
  });

  it('takes a client only with a source of masking keys', () => {
    for (const maskingKey of [undefined, 7, 'key']) {
      const options = { role: 'client', maskingKey } as unknown as EndpointOptions;
      expect(() => new Endpoint(new Peer('server'), new BufferSink(), options)).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTION',
          message:
            'A client must mask: pass maskingKey, a function that gives unpredictable 32-bit numbers (RFC 6455 10.3).',
        }),
      );
    }
  });

  it.each(['maxMessageSize', 'maxFragments', 'maxQueuedPongs'])('checks the limit %s', (name) => {
    for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10', null]) {
      const make = (): Peer => new Peer('server', { [name]: value } as PeerOptions);
      expect(make).toThrow(expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' }));
      expect(make).toThrow(name);
    }
    expect(new Peer('server', { [name]: 1 }).endpoint.state).toBe('open');
    expect(new Peer('server', { [name]: undefined } as PeerOptions).endpoint.state).toBe('open');
  });

  it.each([
    ['server', 1 << 20],
    ['client', 16 << 20],
  ] as const)('as a %s takes messages up to %i bytes unless told otherwise', (role, most) => {
    const header = (length: number): string => {
      const key = role === 'server' ? '00000000' : '';
      return `82${role === 'server' ? 'ff' : '7f'}${length.toString(16).padStart(16, '0')}${key}`;
    };
    const taking = new Peer(role);
    taking.receiveRaw(header(most));
    expect(taking.heard).toEqual([]);
    const refusing = new Peer(role);
    refusing.receiveRaw(header(most + 1));
    expect(refusing.heard).toEqual(['failed MESSAGE_TOO_BIG', 'closing']);
  });

  it('takes 16,384 fragments unless told otherwise', () => {
    const peer = new Peer('client');
    peer.receive(`0200${'0000'.repeat(16_383)}`);
    expect(peer.heard).toEqual([]);
    peer.receive('8000');
    expect(peer.heard).toEqual(['failed TOO_MANY_FRAGMENTS', 'closing']);
  });
});

describe('Endpoint.ping', () => {
  it.each(roles)('of a %s sends up to 125 bytes', (role) => {
    const peer = new Peer(role);
    peer.endpoint.ping(new Uint8Array(0));
    peer.endpoint.ping(new Uint8Array(125));
    expect(peer.sent()).toEqual(['ping ', `ping ${'00'.repeat(125)}`]);
  });

  it('refuses more at the call, in every state, and changes nothing', () => {
    const { endpoint, out, heard } = new Peer('server');
    const ping = (): void => endpoint.ping(new Uint8Array(126));
    const error = expect.objectContaining({
      code: 'CONTROL_PAYLOAD_TOO_LONG',
      message: 'A Ping holds at most 125 bytes, this one has 126 (RFC 6455 5.5).',
    });
    expect(ping).toThrow(error);
    expect(out.take()).toHaveLength(0);
    endpoint.receiveEnd();
    expect(ping).toThrow(error);
    expect(heard).toEqual(['closed']);
  });
});

describe('Pongs', () => {
  it.each(roles)('a %s answers each Ping with its payload, before the handler hears of it', (role) => {
    const peer = new Peer(role);
    const answers: string[] = [];
    peer.after = () => answers.push(...peer.sent());
    peer.receive(`8900 890161 897d${'62'.repeat(125)}`);
    expect(answers).toEqual(['pong ', 'pong 61', `pong ${'62'.repeat(125)}`]);
    expect(peer.heard).toEqual(['ping ', 'ping 61', `ping ${'62'.repeat(125)}`]);
  });

  it('stop at the limit; once all is flushed, only the latest Ping is still answered', () => {
    const peer = new Peer('server', { maxQueuedPongs: 2 });
    for (const payload of ['01', '02', '03', '04', '05']) peer.receive(`8901${payload}`);
    expect(peer.sent()).toEqual(['pong 01', 'pong 02']);
    expect(peer.heard).toHaveLength(5);
    peer.endpoint.flushed();
    expect(peer.sent()).toEqual(['pong 05']);
    peer.endpoint.flushed();
    expect(peer.sent()).toEqual([]);
  });

  it('count the one still owed when it is sent, so that the limit holds on', () => {
    const peer = new Peer('server', { maxQueuedPongs: 2 });
    for (const payload of ['01', '02', '03']) peer.receive(`8901${payload}`);
    peer.endpoint.flushed();
    for (const payload of ['04', '05', '06']) peer.receive(`8901${payload}`);
    expect(peer.sent()).toEqual(['pong 01', 'pong 02', 'pong 03', 'pong 04']);
    peer.endpoint.flushed();
    expect(peer.sent()).toEqual(['pong 06']);
  });

  it('go on without end while everything is flushed', () => {
    const peer = new Peer('server', { maxQueuedPongs: 1 });
    for (let count = 0; count < 100; count++) {
      peer.receive('890161');
      peer.endpoint.flushed();
    }
    expect(peer.sent()).toHaveLength(100);
  });

  it('keep the payload of the one owed, though the chunk changes, a Buffer too', () => {
    const peer = new Peer('server', { maxQueuedPongs: 1 });
    const chunk = Buffer.from('8981000000006189810000000062', 'hex');
    peer.endpoint.receive(chunk);
    chunk.fill(0xee);
    peer.endpoint.flushed();
    expect(peer.sent()).toEqual(['pong 61', 'pong 62']);
  });

  it('are not sent after our Close, owed or new', () => {
    const peer = new Peer('server', { maxQueuedPongs: 1 });
    peer.receive('890161');
    peer.receive('890162');
    peer.endpoint.close(1000, '');
    peer.receive('890163');
    peer.endpoint.flushed();
    expect(peer.sent()).toEqual(['pong 61', 'close 1000']);
    expect(peer.heard).toEqual(['ping 61', 'ping 62', 'closing', 'ping 63']);
  });

  it('of a peer that pings a million times and never reads take 16 answers of memory', () => {
    const out = new BufferSink();
    const handler = { text() {}, binary() {}, pong() {}, stateChanged() {}, failed() {}, ping: () => pings++ };
    const endpoint = new Endpoint(handler, out, { role: 'server' });
    const thousand = fromHex(`89fd00000000${'61'.repeat(125)}`.repeat(1000));
    let pings = 0;
    for (let round = 0; round < 1000; round++) endpoint.receive(thousand);
    expect(pings).toBe(1_000_000);
    expect(out.offset).toBe(16 * 127);
    endpoint.flushed();
    expect(out.offset).toBe(17 * 127);
  });
});

describe('a handler', () => {
  it.each(['text 61', 'binary 61', 'ping 61', 'pong 61'])('may send inside %s: all leaves in order', (event) => {
    const [kind] = event.split(' ');
    const peer = new Peer('server');
    peer.after = () => {
      peer.endpoint.sendText('one');
      peer.endpoint.sendBinary(fromHex('02'));
      peer.endpoint.ping(fromHex('03'));
    };
    peer.receive({ text: '810161', binary: '820161', ping: '890161', pong: '8a0161' }[kind as 'text']);
    const answer = kind === 'ping' ? ['pong 61'] : [];
    expect(peer.sent()).toEqual([...answer, 'text one', 'binary 02', 'ping 03']);
  });

  it('gets its errors typed, with the code, close code and section', () => {
    const peer = new Peer('client');
    peer.receive('8300');
    expect(peer.errors[0]).toBeInstanceOf(ProtocolError);
    expect(peer.errors[0]).toMatchObject({ code: 'RESERVED_OPCODE', closeCode: 1002, section: 'RFC 6455 5.2' });
  });

  it('may keep a binary message: it never pins the chunk', () => {
    const peer = new Peer('client');
    const chunk = new Uint8Array(65_536);
    chunk.set(fromHex('82020102 82020304'));
    peer.endpoint.receive(chunk.subarray(0, 8));
    chunk.fill(0xee);
    expect(peer.messages).toEqual([fromHex('0102'), fromHex('0304')]);
    for (const message of peer.messages) expect((message as Uint8Array).buffer.byteLength).toBe(2);
  });
});
