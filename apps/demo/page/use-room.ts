// The chat room as the page sees it: one conversation that outlives its connections.

import { connect, reconnect } from '@framewire/browser';
import type { ReconnectingConnection } from '@framewire/connection';
import { useEffect, useRef, useState } from 'preact/hooks';

/** One line of the chat. */
export interface Line {
  readonly id: number;
  readonly name: string;
  readonly text: string;
  readonly time: number;
}

export interface Room {
  readonly status: 'connecting' | 'open' | 'waiting' | 'closed';
  readonly lines: readonly Line[];
  readonly names: readonly string[];
  /** The name under which the server records the bytes of the connection at hand. */
  readonly tap: string | undefined;
  say(text: string): void;
}

const MAX_LINES = 200;

export function useRoom(name: string): Room {
  const conversation = useRef<ReconnectingConnection>(undefined);
  const [status, setStatus] = useState<Room['status']>('connecting');
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [names, setNames] = useState<readonly string[]>([]);
  const [tap, setTap] = useState<string>();

  useEffect(() => {
    const open = (signal: AbortSignal) => {
      const next = crypto.randomUUID();
      setTap(next);
      return connect(socketUrl(`/chat?name=${encodeURIComponent(name)}&tap=${next}`), { signal });
    };
    const room = reconnect(open, { onStateChange: (change) => setStatus(change.state) });
    conversation.current = room;
    void listen(room);
    return () => void room.close();
  }, [name]);

  async function listen(room: ReconnectingConnection): Promise<void> {
    let id = 0;
    for await (const message of room) {
      const event: unknown = JSON.parse(String(message));
      if (isSaid(event)) {
        const line = { id: id++, name: event.name, text: event.text, time: event.time };
        setLines((before) => [...before, line].slice(-MAX_LINES));
      } else if (isPresent(event)) {
        setNames(event.names);
      }
    }
  }

  return {
    status,
    lines,
    names,
    tap,
    say: (text) => void conversation.current?.send(JSON.stringify({ say: text })),
  };
}

/** The address of a WebSocket endpoint of the server this page came from. */
export function socketUrl(path: string): string {
  return new URL(path, location.href.replace(/^http/, 'ws')).href;
}

function isSaid(event: unknown): event is Line {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'said';
}

function isPresent(event: unknown): event is { names: string[] } {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'present';
}
