// Every frame of this page's connection, newest first, as the codec reads it.

import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from '@framewire/protocol';
import { useState } from 'preact/hooks';
import type { WireFrame } from './wire-reader.ts';

const OPCODES: Readonly<Record<number, string>> = {
  [CONTINUATION]: 'continuation',
  [TEXT]: 'text',
  [BINARY]: 'binary',
  [CLOSE]: 'close',
  [PING]: 'ping',
  [PONG]: 'pong',
};
const MAX_HEX_BYTES = 96;
const MASK_BIT = 0x80;
const utf8 = new TextDecoder();

export function FramesView({ frames, dropped }: { frames: readonly WireFrame[]; dropped: number }) {
  return (
    <section class="card frames" aria-labelledby="frames-title">
      <h2 id="frames-title">Frames</h2>
      <p>
        {frames.length + dropped} so far, newest first. Open one to see its bytes: what a client sends is masked, what a
        server sends is not.
      </p>
      <ol reversed aria-label="Frames on the wire">
        {[...frames].reverse().map((frame) => (
          <FrameRow key={frame.id} frame={frame} />
        ))}
      </ol>
    </section>
  );
}

function FrameRow({ frame }: { frame: WireFrame }) {
  const [open, setOpen] = useState(false);
  const headerSize = frame.raw.length - frame.payload.length;
  const masked = ((frame.raw[1] ?? 0) & MASK_BIT) !== 0;
  return (
    <li class={frame.fromClient ? 'out' : 'in'}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span class="arrow">{frame.fromClient ? 'page → server' : 'server → page'}</span>
          <span class="opcode">{OPCODES[frame.opcode]}</span>
          <span class="size">
            {headerSize}+{frame.payload.length} B
          </span>
          <span class="preview">{preview(frame)}</span>
        </summary>
        {open && (
          <dl>
            <dt>FIN, RSV1, opcode</dt>
            <dd>
              {frame.fin ? '1' : '0'}, {frame.rsv1 ? '1' : '0'}, 0x{frame.opcode.toString(16)} ({OPCODES[frame.opcode]})
            </dd>
            <dt>Length</dt>
            <dd>{frame.payload.length} bytes</dd>
            <dt>Masking key</dt>
            <dd>{masked ? hex(frame.raw.subarray(headerSize - 4, headerSize)) : 'none'}</dd>
            <dt>Header on the wire</dt>
            <dd class="bytes">{hex(frame.raw.subarray(0, headerSize))}</dd>
            <dt>Payload on the wire</dt>
            <dd class="bytes">{hex(frame.raw.subarray(headerSize)) || 'none'}</dd>
            <dt>Payload</dt>
            <dd class="payload">{preview(frame, MAX_HEX_BYTES * 4)}</dd>
          </dl>
        )}
      </details>
    </li>
  );
}

function preview(frame: WireFrame, length = 80): string {
  const { opcode, payload } = frame;
  if (opcode === CLOSE) return closePreview(payload);
  const text = opcode === TEXT || opcode === CONTINUATION ? utf8.decode(payload) : hex(payload);
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function closePreview(payload: Uint8Array): string {
  if (payload.length < 2) return 'no code';
  return `${new DataView(payload.buffer, payload.byteOffset).getUint16(0)} ${utf8.decode(payload.subarray(2))}`;
}

function hex(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, MAX_HEX_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > MAX_HEX_BYTES ? `${shown} …` : shown;
}
