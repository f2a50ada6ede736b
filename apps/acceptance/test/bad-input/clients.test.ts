// Clients of ours that get bad frames and bad responses, on real sockets: one that looks at nothing, and one whose application does. The
// peer sees the close code, the application gets a typed error with code, section and cause, the process lives, and the connection beside it
// notices nothing.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net';
import { acceptKey } from '@framewire/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { SAMPLE_ACCEPT } from '../../../../packages/protocol/test/vectors/request-vectors.ts';
import { fromHex } from '../../../../packages/protocol/test/vectors/wire.ts';
import { RawSocket, type Way } from '../../src/raw-socket.ts';
import { type PlainError, Victim } from '../../src/victim.ts';
import {
  answer,
  brokenBy,
  FAILED,
  FRAMES,
  framesFrom,
  latin1,
  optionsOf,
  type Row,
  refusedWith,
  WAYS,
} from './rows.ts';

const DEFLATES = 'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n';

const peers: RawSocket[] = [];
afterEach(() => {
  for (const peer of peers.splice(0)) peer.destroy();
});

describe('a client of ours', () => {
  const ROWS = FRAMES.filter(({ role }) => role === 'client');
  const incoming: RawSocket[] = [];
  let arrived: () => void = () => undefined;
  let victim: Victim;
  let raw: NetServer;
  let beside: WebSocketServer;
  let bystander: WebSocket;
  let echoes = 0;

  beforeAll(async () => {
    victim = new Victim('victim-client.mjs');
    raw = createServer({ allowHalfOpen: true }, (socket) => {
      const peer = new RawSocket(socket);
      peers.push(peer);
      incoming.push(peer);
      arrived();
    });
    raw.listen(0, '127.0.0.1');
    beside = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await Promise.all([once(raw, 'listening'), once(beside, 'listening')]);
    victim.tell({ url: urlOf(beside), application: 'echo' });
    [bystander] = (await once(beside, 'connection')) as [WebSocket];
  });

  afterEach(async () => {
    bystander.send(`echo ${++echoes}`);
    expect(String((await once(bystander, 'message'))[0])).toBe(`echo ${echoes}`);
  });

  afterAll(async () => {
    expect(victim.lives).toBe(true);
    expect(victim.printed).toBe('');
    expect(victim.unasked).toEqual([]);
    await victim.stop();
    raw.close();
    beside.close();
  });

  function urlOf(server: { address(): AddressInfo | string | null }): string {
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  /** The client connects to the raw server, which has its request. */
  async function asked(application: 'told' | 'untold', options: object): Promise<{ peer: RawSocket; accept: string }> {
    victim.tell({ url: urlOf(raw), application, options });
    if (incoming.length === 0) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    const peer = incoming.shift() as RawSocket; // one has arrived
    const key = /\r\nSec-WebSocket-Key: (.+)\r\n/.exec(await peer.head())?.[1] ?? '';
    return { peer, accept: acceptKey(key) };
  }

  describe('that gets frames', () => {
    async function breaks(vector: Row, application: 'told' | 'untold', way: Way): Promise<void> {
      const { peer, accept } = await asked(application, optionsOf(vector));
      await peer.send(
        latin1(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${vector.deflate ? DEFLATES : ''}\r\n`,
        ),
      );
      await peer.send(fromHex(vector.bytes), way);
      await peer.finished;
      expect({ frames: framesFrom(peer, 'server'), error: peer.error }, way).toEqual({
        frames: answer(vector),
        error: undefined,
      });
      peer.end();
    }

    it.each(ROWS)('$name', async (vector) => {
      for (const way of WAYS) {
        await breaks(vector, 'told', way);
        expect(await victim.hears(), way).toMatchObject(brokenBy(vector));
      }
      await breaks(vector, 'untold', 'whole');
    });
  });

  describe('that gets responses', () => {
    it.each(FAILED)('$outcome.code: $name', async ({ raw: response, offer, outcome }) => {
      const { subprotocols, requireSubprotocol = false } = offer ?? {};
      const options = { requireSubprotocol, ...(subprotocols !== undefined && { subprotocols }) };
      for (const [application, way] of [...WAYS.map((way) => ['told', way] as const), ['untold', 'whole'] as const]) {
        const { peer, accept } = await asked(application, options);
        const answered = response
          .replaceAll(SAMPLE_ACCEPT, accept)
          .replaceAll(SAMPLE_ACCEPT.toLowerCase(), accept.toLowerCase());
        // After an informational response the client waits for the real one, until we hang up.
        const isInformational = outcome.status === 100;
        await peer.send(latin1(answered), isInformational ? 'whole' : way);
        if (isInformational) peer.end();
        await peer.finished;
        if (application === 'untold') continue;
        const status = isInformational ? 0 : outcome.status;
        const more = { phase: 'response', ...(status > 0 && { responseStatus: status }) };
        expect(await victim.hears(), way).toMatchObject(refusedWith(outcome.code, status, more));
      }
    });

    it('HANDSHAKE_TIMEOUT: no response', async () => {
      const { peer } = await asked('told', { handshakeTimeout: 50 });
      await peer.finished;
      expect(await victim.hears()).toMatchObject(refusedWith('HANDSHAKE_TIMEOUT', 0, { phase: 'request' }));
    });

    it('NOT_CONNECTED: nobody listens', async () => {
      const gone = createServer().listen(0, '127.0.0.1');
      await once(gone, 'listening');
      const url = urlOf(gone);
      gone.close();
      await once(gone, 'close');
      victim.tell({ url, application: 'untold', options: {} });
      victim.tell({ url, application: 'told', options: {} });
      const cause: Partial<PlainError> = { code: 'ECONNREFUSED' };
      const more = { phase: 'connect', cause: expect.objectContaining(cause) };
      expect(await victim.hears()).toMatchObject(refusedWith('NOT_CONNECTED', 0, more));
    });
  });
});
