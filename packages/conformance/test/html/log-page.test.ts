import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/catalogue.ts';
import { logPage } from '../../src/html/log-page.ts';
import { encodeFrame, ping, text } from '../../src/wire/frame.ts';
import type { LogEntry } from '../../src/wire/wire-log.ts';
import { reportOf } from '../support/report.ts';

const HEAD = Buffer.from('GET / HTTP/1.1\r\nX: <x>\r\n\r\n');
const bytes = (from: 'tester' | 'endpoint', buffer: Buffer, length = buffer.length): LogEntry => ({
  at: 1.5,
  from,
  length,
  hex: buffer.toString('hex'),
});

describe('logPage', () => {
  it('shows what was expected, what was found, and every field that went over the wire', () => {
    const log: LogEntry[] = [
      { at: 0, event: 'A TCP connection is open.' },
      bytes('tester', Buffer.concat([HEAD, encodeFrame(ping(), false)])),
      bytes('endpoint', HEAD),
    ];
    const html = logPage(
      catalogue,
      reportOf('a', [
        { id: '3.1', outcome: 'fail', milliseconds: 12.5, failure: 'Expected <a>.', closeCode: 1006, log },
        { id: '10.1.1', outcome: 'not supported', milliseconds: 1 },
      ]),
    );
    expect(html).toContain('<strong class="fail">fail</strong> 3.1 A text message with RSV3');
    expect(html).toContain('<p id="3.1">');
    expect(html).toContain('href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, section 5.2</a>');
    expect(html).toContain('Expected &lt;a&gt;.');
    expect(html).toContain('12.5 ms. Its Close frame said 1006.');
    expect(html).toContain('0.00 ms</span> A TCP connection is open.');
    expect(html).toContain('the tester wrote 28 octets<dl');
    expect(html).toContain('GET / HTTP/1.1\r\nX: &lt;x&gt;');
    expect(html).toContain('<dt><code>89</code></dt><dd>FIN, Ping</dd>');
    expect(html).toContain('the server wrote 26 octets<dl');
    expect(html).toContain('<strong class="none">not supported</strong> 10.1.1');
    expect(html).toContain('<a href="index.html">');
  });

  it('says what is not shown, and guesses nothing after it', () => {
    const frame = encodeFrame(text('a'.repeat(50)), false);
    const log: LogEntry[] = [
      bytes('endpoint', Buffer.concat([HEAD, frame.subarray(0, 10)]), HEAD.length + frame.length),
      bytes('endpoint', encodeFrame(ping(), false).subarray(0, 1)),
      { at: 2, event: 'Here 10 octets were left out of the log.', omitted: 10 },
      bytes('endpoint', encodeFrame(ping(), false)),
    ];
    const html = logPage(catalogue, reportOf('a', [{ id: '3.1', outcome: 'pass', milliseconds: 1, log }], 'client'));
    expect(html).toContain('the client wrote 78 octets, of which 42 are not shown');
    expect(html).toContain('the client wrote 1 octet<dl');
    expect(html).toContain('<dt><code>89 00</code></dt><dd>what this is cannot be told');
  });
});
