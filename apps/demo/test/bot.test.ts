import { describe, expect, it } from 'vitest';
import { reply } from '../src/bot.ts';

describe('the bot', () => {
  it('greets who greets', () => {
    expect(reply('Ada', 'Hello there')).toBe('Hello Ada! Ask me for the time, or just say something.');
  });

  it('turns anything else around by code points, and counts its bytes', () => {
    expect(reply('Ada', 'a👋é')).toBe('“é👋a”: your 7 bytes of UTF-8, the other way round.');
  });

  it('tells the time and its Node', () => {
    expect(reply('Ada', 'What time is it?')).toMatch(/^It is \d+:\d\d/);
    expect(reply('Ada', 'Which Node?')).toContain(process.version);
  });
});
