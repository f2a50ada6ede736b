// Section 10: a message cut into many fragments.

import { framesCase, type Section } from '../case.ts';
import { fragments, pieces, TEXT } from '../wire/frame.ts';

const PAYLOAD: string = '*'.repeat(65_536);

export const section10: Section = {
  id: '10',
  title: 'Many fragments',
  cases: [
    framesCase({
      id: '10.1.1',
      title: 'A text message of 65,536 octets in fragments of 1,300',
      expectation: 'The endpoint echoes the joined message.',
      rfc: '6455 5.4',
      async run(peer) {
        peer.send(...fragments(TEXT, pieces(PAYLOAD, 1300)));
        await peer.expectText(PAYLOAD);
        await peer.finish();
      },
    }),
  ],
};
