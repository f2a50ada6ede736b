// Somebody to talk to: a real Framewire client on Node that joins the room over TCP like everybody else, and comes back when it is cut off.

import { reconnect } from '@framewire/node-client';

const BOT_NAME = 'Wirebot';

/** Joins the room at the URL. Returns a way to leave it. */
export function startBot(roomUrl: string): () => Promise<unknown> {
  const room = reconnect(`${roomUrl}?name=${BOT_NAME}`);
  void answer();
  return () => room.close();

  async function answer(): Promise<void> {
    for await (const message of room) {
      const said = saidBySomebodyElse(JSON.parse(String(message)));
      if (said !== undefined) void room.send(JSON.stringify({ say: reply(said.name, said.text) }));
    }
  }
}

function saidBySomebodyElse(event: unknown): { name: string; text: string } | undefined {
  if (typeof event !== 'object' || event === null || !('type' in event) || event.type !== 'said') return undefined;
  const { name, text } = event as { name?: unknown; text?: unknown };
  return typeof name === 'string' && typeof text === 'string' && name !== BOT_NAME ? { name, text } : undefined;
}

/** What the bot says to that. */
export function reply(name: string, text: string): string {
  if (/\btime\b/i.test(text)) return `It is ${new Date().toLocaleTimeString('en')} where I run, ${name}.`;
  if (/\bnode\b/i.test(text)) return `I run on Node ${process.version}, and so does the server.`;
  if (/^(hi|hello|hey)\b/i.test(text)) return `Hello ${name}! Ask me for the time, or just say something.`;
  return `“${[...text].reverse().join('')}”: your ${Buffer.byteLength(text)} bytes of UTF-8, the other way round.`;
}
