// What this version of ours can do: asked of the built packages, so that a scenario begins to count on the day its feature lands.

import { connect } from '@framewire/node-client';
import { serve } from '@framewire/node-server';
import { SocketConnection } from '@framewire/node-transport';
import { OPTIONS_OF_OURS } from '../peers/libraries.mjs';
import type { Feature } from './scenarios.ts';
import { Wiretap } from './wiretap.ts';

/** The features the built packages have. */
export async function featuresOfOurs(): Promise<ReadonlySet<Feature>> {
  const features = new Set<Feature>();
  if ('sendStream' in SocketConnection.prototype) features.add('sendStream');
  const server = await serve(() => undefined, { host: '127.0.0.1', port: 0, ...OPTIONS_OF_OURS });
  const tap = await Wiretap.before(Number(new URL(server.url).port));
  try {
    await (await connect(`ws://127.0.0.1:${tap.port}/probe`, OPTIONS_OF_OURS)).closed;
    if (tap.take('/probe').server.head.includes('permessage-deflate')) features.add('deflate');
  } finally {
    await server.close({ deadline: 0 });
    await tap.close();
  }
  return features;
}
