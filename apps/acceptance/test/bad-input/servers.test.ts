// Servers of ours that get bad frames and bad requests, on real sockets: one nobody listens to, and one whose application does. The peer
// sees the close code or the HTTP status, the application gets a typed error with code, section and cause, the process lives, and the
// connection beside it notices nothing.

import { once } from 'node:events';
import { REFUSALS } from '@framewire/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SAMPLE_KEY } from '../../../../packages/protocol/test/vectors/request-vectors.ts';
import { asClient, fromHex } from '../../../../packages/protocol/test/vectors/wire.ts';
import { RawSocket, type Way } from '../../src/raw-socket.ts';
import { Victim } from '../../src/victim.ts';
import {
  answer,
  brokenBy,
  FRAMES,
  framesFrom,
  latin1,
  optionsOf,
  REFUSED,
  type Row,
  refusedWith,
  WAYS,
} from './rows.ts';

const OPENING = opening();

function opening(...lines: string[]): Uint8Array {
  return latin1(
    [
      'GET / HTTP/1.1',
      'Host: example.com',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${SAMPLE_KEY}`,
      'Sec-WebSocket-Version: 13',
      ...lines,
      '\r\n',
    ].join('\r\n'),
  );
}

const peers: RawSocket[] = [];
afterEach(() => {
  for (const peer of peers.splice(0)) peer.destroy();
});

describe('a server of ours', () => {
  const ROWS = FRAMES.filter(({ role }) => role === 'server');
  const ports = new Map<string, number>();
  let victim: Victim;
  let bystander: WebSocket;
  let echoes = 0;

  beforeAll(async () => {
    victim = new Victim('victim-server.mjs');
    bystander = new WebSocket(`ws://127.0.0.1:${await portOf('untold')}/`);
    await once(bystander, 'open');
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
  });

  /** A server with these options, whose application is told how things end, or is not. */
  async function portOf(application: 'told' | 'untold', options: object = {}): Promise<number> {
    const id = JSON.stringify([application, options]);
    const known = ports.get(id);
    if (known !== undefined) return known;
    victim.tell({ id, isTold: application === 'told', options });
    const heard = await victim.hears();
    if (heard.kind !== 'listening') throw new Error(`It said ${JSON.stringify(heard)}.`);
    ports.set(id, heard.port);
    return heard.port;
  }

  async function rawClient(port: number): Promise<RawSocket> {
    const peer = await RawSocket.to(port);
    peers.push(peer);
    return peer;
  }

  async function open(port: number, { deflate }: Partial<Row> = {}): Promise<RawSocket> {
    const peer = await rawClient(port);
    await peer.send(deflate ? opening('Sec-WebSocket-Extensions: permessage-deflate') : OPENING);
    const head = await peer.head();
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head.includes('\r\nSec-WebSocket-Extensions: permessage-deflate')).toBe(deflate === true);
    return peer;
  }

  describe('that gets frames', () => {
    async function breaks(vector: Row, peer: RawSocket, way: Way): Promise<void> {
      await peer.send(fromHex(vector.bytes), way);
      await peer.finished;
      expect({ frames: framesFrom(peer, 'client'), error: peer.error }, way).toEqual({
        frames: answer(vector),
        error: undefined,
      });
      peer.end();
    }

    it.each(ROWS)('$name', async (vector) => {
      for (const way of WAYS) {
        const peer = await open(await portOf('told', optionsOf(vector)), vector);
        await breaks(vector, peer, way);
        expect(await victim.hears(), way).toMatchObject(brokenBy(vector));
      }
      await breaks(vector, await open(await portOf('untold', optionsOf(vector)), vector), 'whole');
    });
  });

  describe('that gets requests', () => {
    /** The server answers with the status, and all that belongs to it, and hangs up. */
    async function refuses(
      port: number,
      request: Uint8Array,
      { code, status, way = 'whole' }: { code: string; status: number; way?: Way },
    ): Promise<void> {
      const peer = await rawClient(port);
      await peer.send(request, way);
      await peer.finished;
      expect(peer.error, way).toBe(undefined);
      const head = await peer.head();
      expect(head, way).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z][\\w ]+\r\n`));
      expect(head, way).toMatch(/\r\nConnection: close(, Upgrade)?\r\n/);
      expect(peer.rest.length, way).toBe(Number(/\r\nContent-Length: ([1-9]\d*)\r\n/.exec(head)?.[1]));
      if (status === 426) expect(head).toContain('\r\nUpgrade: websocket\r\n');
      if (status === 405) expect(head).toContain('\r\nAllow: GET\r\n');
      if (code === 'VERSION_UNSUPPORTED') expect(head).toContain('\r\nSec-WebSocket-Version: 13\r\n');
      peer.end();
    }

    it.each(REFUSED)('$outcome.code: $name', async ({ raw, policy, outcome }) => {
      expect(REFUSALS).toHaveProperty(`${outcome.code}.status`, outcome.status);
      for (const way of WAYS) {
        await refuses(await portOf('told', policy), latin1(raw), { ...outcome, way });
        expect(await victim.hears(), way).toMatchObject(refusedWith(outcome.code, outcome.status));
      }
      await refuses(await portOf('untold', policy), latin1(raw), outcome);
    });

    it.each(['told', 'untold'] as const)('REFUSED: what authorize refuses, %s', async (application) => {
      await refuses(await portOf(application, { refuseWith: 403 }), OPENING, { code: 'REFUSED', status: 403 });
      if (application === 'told') expect(await victim.hears()).toMatchObject(refusedWith('REFUSED', 403));
    });

    it.each(['told', 'untold'] as const)('UNAVAILABLE: a client too many, %s', async (application) => {
      const port = await portOf(application, { maxConnections: 1 });
      const first = await open(port);
      await refuses(port, OPENING, { code: 'UNAVAILABLE', status: 503 });
      if (application === 'told') expect(await victim.hears()).toMatchObject(refusedWith('UNAVAILABLE', 503));
      await first.send(fromHex(asClient('880203e8')));
      await first.finished;
      if (application === 'told')
        expect(await victim.hears()).toMatchObject({ kind: 'closed', closure: { code: 1000 } });
    });

    it.each(['told', 'untold'] as const)('HANDSHAKE_TIMEOUT: half a request, %s', async (application) => {
      const port = await portOf(application, { handshakeTimeout: 50 });
      await refuses(port, OPENING.subarray(0, 60), { code: 'HANDSHAKE_TIMEOUT', status: 408 });
      if (application === 'told') expect(await victim.hears()).toMatchObject(refusedWith('HANDSHAKE_TIMEOUT', 408));
    });
  });
});
