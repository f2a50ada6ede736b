// The least an endpoint needs to talk to: what matters to a measurement is put over it.

import type { EndpointHandler } from '@framewire/protocol';

export const ignore = (): void => undefined;

/** Ignores everything but failures. */
export const ignoringHandler: EndpointHandler = {
  binary: ignore,
  text: ignore,
  ping: ignore,
  pong: ignore,
  stateChanged: ignore,
  failed(error) {
    throw error;
  },
};
