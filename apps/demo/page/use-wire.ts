// What passed over this page's own connection, byte for byte: the server's tap tells it over a second WebSocket, and the codec of
// @framewire/protocol reads it here, in the page, just as it does in the server.

import { connect } from '@framewire/browser';
import type { RequestHead, ResponseHead } from '@framewire/protocol';
import { useEffect, useState } from 'preact/hooks';
import { socketUrl } from './use-room.ts';
import { type WireFrame, WireReader } from './wire-reader.ts';

/** A head as text and as data. */
export interface SeenHead<Head> {
  readonly text: string;
  readonly head: Head;
}

export interface Wire {
  readonly request: SeenHead<RequestHead> | undefined;
  readonly response: SeenHead<ResponseHead> | undefined;
  /** The latest frames, oldest first. */
  readonly frames: readonly WireFrame[];
  /** How many older frames are no longer shown. */
  readonly dropped: number;
}

const MAX_FRAMES = 100;
const NOTHING: Wire = { request: undefined, response: undefined, frames: [], dropped: 0 };
/** Each message of the tap: one byte of direction, eight of time, then the bytes of the wire. */
const PIECE_HEADER = 9;

export function useWire(tap: string | undefined): Wire {
  const [wire, setWire] = useState(NOTHING);

  useEffect(() => {
    setWire(NOTHING);
    if (tap === undefined) return;
    const aborter = new AbortController();
    void watch(tap, aborter.signal);
    return () => aborter.abort();
  }, [tap]);

  async function watch(name: string, signal: AbortSignal): Promise<void> {
    const reader = new WireReader();
    const connection = await connect(socketUrl(`/wire?tap=${name}`), { signal });
    signal.addEventListener('abort', () => void connection.close());
    let painting = false;
    connection.listen({
      message(piece) {
        if (typeof piece === 'string') return;
        const view = new DataView(piece.buffer, piece.byteOffset);
        reader.read(view.getUint8(0) === 1, view.getFloat64(1), piece.subarray(PIECE_HEADER));
        // However many frames come, the page is painted once per animation frame.
        if (painting) return;
        painting = true;
        requestAnimationFrame(() => {
          painting = false;
          setWire({
            request: reader.request,
            response: reader.response,
            frames: reader.frames.slice(-MAX_FRAMES),
            dropped: Math.max(0, reader.frames.length - MAX_FRAMES),
          });
        });
      },
    });
  }

  return wire;
}
