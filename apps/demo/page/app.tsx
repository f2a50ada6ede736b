// The page: a room to talk in, and beside it what the talk looks like on the wire.

import { useState } from 'preact/hooks';
import { ChatView } from './chat-view.tsx';
import { FramesView } from './frames-view.tsx';
import { HandshakeView } from './handshake-view.tsx';
import { useRoom } from './use-room.ts';
import { useWire } from './use-wire.ts';

const NAMES = ['Ada', 'Blaise', 'Claude', 'Emmy', 'Grace', 'Hedy', 'Katherine', 'Linus', 'Radia', 'Vint'];

export function App() {
  const [name] = useState(
    () => `${NAMES[Math.floor(Math.random() * NAMES.length)]}-${Math.floor(Math.random() * 90 + 10)}`,
  );
  const room = useRoom(name);
  const wire = useWire(room.tap);
  return (
    <>
      <header>
        <h1>Framewire</h1>
        <p>
          A chat over one WebSocket. Open this page in a second tab, say something, and watch the handshake and every
          frame as they stood on the wire.
        </p>
        <p class={`status ${room.status}`} role="status">
          {STATUS[room.status]}
        </p>
      </header>
      <main>
        <ChatView name={name} room={room} />
        <div class="wire">
          <HandshakeView request={wire.request} response={wire.response} />
          <FramesView frames={wire.frames} dropped={wire.dropped} />
        </div>
      </main>
    </>
  );
}

const STATUS = {
  connecting: 'Connecting…',
  open: 'Connected',
  waiting: 'Connection lost. Trying again…',
  closed: 'Closed',
} as const;
