// Section 5: messages in fragments, control frames between them, and continuations of nothing.

import { type FramesCase, framesCase, type Section } from '../case.ts';
import type { Peer } from '../peer.ts';
import { continuation, type Frame, fragments, ping, pong, TEXT, text } from '../wire/frame.ts';

type Writes = 'one write' | 'a write for each frame' | 'writes of 1 octet';

const WRITES: readonly Writes[] = ['one write', 'a write for each frame', 'writes of 1 octet'];
const TWO: readonly string[] = ['fragment1', 'fragment2'];
const WHOLE: string = TWO.join('');
const ORPHAN = 'non-continuation payload';

async function send(peer: Peer, writes: Writes, frames: readonly Frame[]): Promise<void> {
  if (writes === 'one write') peer.send(...frames);
  else if (writes === 'a write for each frame') await peer.sendEach(...frames);
  else await peer.sendInChops(1, ...frames);
}

function fragmentedControl(id: string, name: string, make: typeof ping): FramesCase {
  return framesCase({
    id,
    title: `A ${name} in two fragments`,
    expectation: 'The endpoint fails the connection with 1002, because control frames are never fragmented.',
    rfc: '6455 5.5',
    async run(peer) {
      peer.send(make('fragment1', { fin: false }), continuation('fragment2'));
      await peer.expectFailure(1002);
    },
  });
}

function twoFragments(id: string, writes: Writes): FramesCase {
  return framesCase({
    id,
    title: `A text message in two fragments, in ${writes}`,
    expectation: 'The endpoint echoes the joined message.',
    rfc: '6455 5.4',
    async run(peer) {
      await send(peer, writes, fragments(TEXT, TWO));
      await peer.expectText(WHOLE);
      await peer.finish();
    },
  });
}

function pingBetween(id: string, writes: Writes): FramesCase {
  return framesCase({
    id,
    title: `A text message in two fragments with a Ping between them, in ${writes}`,
    expectation: 'The endpoint answers the Ping before it echoes the joined message.',
    rfc: '6455 5.4',
    async run(peer) {
      await send(peer, writes, [text('fragment1', { fin: false }), ping('between'), continuation('fragment2')]);
      await peer.expectPong('between');
      await peer.expectText(WHOLE);
      await peer.finish();
    },
  });
}

function orphan(id: string, title: string, frames: readonly Frame[], writes: Writes = 'one write'): FramesCase {
  return framesCase({
    id,
    title,
    expectation: 'The endpoint fails the connection with 1002, because there is no message to continue.',
    rfc: '6455 5.4',
    async run(peer) {
      await send(peer, writes, frames);
      await peer.expectFailure(1002);
    },
  });
}

function orphanFirst(id: string, fin: boolean, writes: Writes): FramesCase {
  const title = `A continuation frame ${fin ? 'with' : 'without'} FIN that continues nothing, then a text message, in ${writes}`;
  return orphan(id, title, [continuation(ORPHAN, { fin }), text('Hello, world!')], writes);
}

function orphansTwice(id: string, fin: boolean): FramesCase {
  const once = [continuation('fragment1', { fin }), text('fragment2', { fin: false }), continuation('fragment3')];
  const title = `Twice a continuation frame ${fin ? 'with' : 'without'} FIN that continues nothing, then a text message in two fragments`;
  return orphan(id, title, [...once, ...once]);
}

function fiveFragments(id: string, writes: Writes): FramesCase {
  return framesCase({
    id,
    title: `Two fragments and a Ping, and after its Pong three more with a Ping before the last, in ${writes}`,
    expectation:
      'The endpoint answers each Ping at once, the first before the rest of the message is sent, then echoes the message.',
    rfc: '6455 5.4',
    async run(peer) {
      await send(peer, writes, [
        text('fragment1', { fin: false }),
        continuation('fragment2', { fin: false }),
        ping('ping 1'),
      ]);
      await peer.expectPong('ping 1');
      await send(peer, writes, [
        continuation('fragment3', { fin: false }),
        continuation('fragment4', { fin: false }),
        ping('ping 2'),
        continuation('fragment5'),
      ]);
      await peer.expectPong('ping 2');
      await peer.expectText('fragment1fragment2fragment3fragment4fragment5');
      await peer.finish();
    },
  });
}

export const section5: Section = {
  id: '5',
  title: 'Fragmentation',
  cases: [
    fragmentedControl('5.1', 'Ping', ping),
    fragmentedControl('5.2', 'Pong', pong),
    ...WRITES.map((writes, index) => twoFragments(`5.${3 + index}`, writes)),
    ...WRITES.map((writes, index) => pingBetween(`5.${6 + index}`, writes)),
    ...WRITES.map((writes, index) => orphanFirst(`5.${9 + index}`, true, writes)),
    ...WRITES.map((writes, index) => orphanFirst(`5.${12 + index}`, false, writes)),
    framesCase({
      id: '5.15',
      title: 'A text message in two fragments that is echoed, then a continuation frame without FIN and a text message',
      expectation:
        'The endpoint echoes the first message, then fails the connection with 1002, because there is no message to continue.',
      rfc: '6455 5.4',
      async run(peer) {
        peer.send(...fragments(TEXT, TWO));
        await peer.expectText(WHOLE);
        peer.send(continuation('fragment3', { fin: false }), text('fragment4'));
        await peer.expectFailure(1002);
      },
    }),
    orphansTwice('5.16', false),
    orphansTwice('5.17', true),
    framesCase({
      id: '5.18',
      title: 'A text message in two fragments that both have the opcode of text',
      expectation:
        'The endpoint fails the connection with 1002, because every frame after the first continues the message.',
      rfc: '6455 5.4',
      async run(peer) {
        peer.send(text('fragment1', { fin: false }), text('fragment2'));
        await peer.expectFailure(1002);
      },
    }),
    fiveFragments('5.19', 'one write'),
    fiveFragments('5.20', 'a write for each frame'),
  ],
};
