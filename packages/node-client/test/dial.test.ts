import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';

describe('dialling a Unix socket', () => {
  // Node finds out at once, in the middle of `tls.connect`; an error that nobody hears would end the process.
  it.each(['ws', 'wss'])('whose path is too long rejects, and nothing more: %s', async (scheme) => {
    await expect(connect(`${scheme}://localhost/`, { socketPath: `/${'x'.repeat(300)}` })).rejects.toMatchObject({
      name: 'HandshakeError',
      code: 'NOT_CONNECTED',
      phase: 'connect',
    });
    await new Promise((resolve) => setImmediate(resolve));
  });
});
