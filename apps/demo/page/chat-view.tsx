// The room: who is there, what was said, and a place to say something.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Room } from './use-room.ts';

export function ChatView({ name, room }: { name: string; room: Room }) {
  const [draft, setDraft] = useState('');
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [room.lines]);

  return (
    <section class="card chat" aria-labelledby="chat-title">
      <h2 id="chat-title">Room</h2>
      <p class="present">
        {room.names.length} here: {room.names.map((each) => (each === name ? `${each} (you)` : each)).join(', ')}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <div class="lines" ref={log} role="log" aria-label="What was said" tabIndex={0}>
        <ol>
          {room.lines.length === 0 && (
            <li class="hint">Nobody has said anything yet. Say hello to Wirebot, a Node client.</li>
          )}
          {room.lines.map((line) => (
            <li key={line.id} class={line.name === name ? 'mine' : undefined}>
              <span class="who">{line.name}</span>
              <time dateTime={new Date(line.time).toISOString()}>{new Date(line.time).toLocaleTimeString()}</time>
              <span class="text">{line.text}</span>
            </li>
          ))}
        </ol>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.trim() === '') return;
          room.say(draft);
          setDraft('');
        }}
      >
        <label for="draft">Say as {name}</label>
        <div class="row">
          <input
            id="draft"
            value={draft}
            maxLength={2000}
            autocomplete="off"
            placeholder="Hello 👋"
            onInput={(event) => setDraft(event.currentTarget.value)}
          />
          <button type="submit">Send</button>
        </div>
      </form>
    </section>
  );
}
