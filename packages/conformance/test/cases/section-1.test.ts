import { describe, expect, it } from 'vitest';
import type { EchoFault } from '../support/echo-endpoint.ts';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../support/judge.ts';

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['echoes binary', '1.1.2', /Expected a text message, 0x(?:2a){20}… \(125 octets\), and received a binary message/],
  [
    'echoes changed',
    '1.2.6',
    /received a binary message, 0x(?:fe){20}… \(65535 octets\), different from octet 65534 on\.$/,
  ],
  ['echoes twice', '1.1.1', /Expected a Close frame with 1000 or no code, and received a text message, no payload\.$/],
  ['keeps tcp open', '1.1.1', /Expected the end of the TCP connection, and received nothing in time\.$/],
  ['never closes', '1.1.1', /Expected a Close frame with 1000 or no code, and received nothing in time\.$/],
  ['masks wrongly', '1.1.1', /received a masked frame from a server \(RFC 6455 5\.1\)\.$/],
  ['writes long lengths', '1.1.2', /received the length 125 in more octets than it needs \(RFC 6455 5\.2\)\.$/],
  [
    'cuts frames',
    '1.1.2',
    /Expected whole frames, and received a frame of which only 6 octets came before the end of the TCP connection\.$/,
  ],
  ['cuts messages', '1.1.2', /received a message without its last frame before the end of the TCP connection\.$/],
  [
    'writes endless lengths',
    '1.1.2',
    /received a 64-bit length whose most significant bit is set \(RFC 6455 5\.2\)\.$/,
  ],
  ['writes huge lengths', '1.1.2', /received a frame of 1152921504606846976 octets/],
  ['sets rsv1', '1.1.2', /received a frame of opcode 1 with the reserved bits RSV1 \(RFC 6455 5\.2\)\.$/],
  ['sets rsv2', '1.1.2', /received a frame of opcode 1 with the reserved bits RSV2 \(RFC 6455 5\.2\)\.$/],
  ['writes a reserved opcode', '1.1.2', /received a frame with the reserved opcode 3 \(RFC 6455 5\.2\)\.$/],
  ['writes an orphan', '1.1.2', /received a continuation frame with no message to continue \(RFC 6455 5\.4\)\.$/],
  [
    'writes a message inside a message',
    '1.1.2',
    /received a new message before the last one was finished \(RFC 6455 5\.4\)\.$/,
  ],
  ['writes a fragmented ping', '1.1.2', /received a fragmented control frame \(RFC 6455 5\.5\)\.$/],
  ['writes a long ping', '1.1.2', /received a control frame of 126 octets \(RFC 6455 5\.5\)\.$/],
  ['writes invalid text', '1.1.2', /received a text message that is not valid UTF-8 \(RFC 6455 8\.1\)\.$/],
  ['pongs unasked', '1.1.2', /received a Pong, no payload\.$/],
  ['talks after close', '1.1.2', /received \d+ octets after its Close frame \(RFC 6455 5\.5\.1\)\.$/],
  ['closes with 1005', '1.1.2', /received a Close frame with the code 1005, which is never sent \(RFC 6455 7\.4\)\.$/],
  ['closes with 1 octet', '1.1.2', /received a Close frame of 1 octet \(RFC 6455 5\.5\.1\)\.$/],
  [
    'closes with an invalid reason',
    '1.1.2',
    /received a Close frame whose reason is not valid UTF-8 \(RFC 6455 5\.5\.1\)\.$/,
  ],
];

describe('section 1', () => {
  it('passes a server and a client that do everything right', async () => {
    expect(failures(await reportOnServer(sectionCases('1'), {}, { timeout: 5000 }))).toEqual([]);
    expect(failures(await reportOnClient(sectionCases('1')))).toEqual([]);
  });

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });
});
