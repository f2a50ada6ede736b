import { describe, expect, it } from 'vitest';
import type { EchoFault } from '../support/echo-endpoint.ts';
import { caseOf, failures, judgeServer, reportOnClient, reportOnServer, sectionCases } from '../support/judge.ts';

const LIGHT = sectionCases('9').filter(({ heavy }) => heavy !== true);

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, failure: RegExp])[] = [
  ['echoes changed', '9.1.2', /Expected a text message, .* different from octet 262143 on\.$/],
  ['echoes binary', '9.1.1', /Expected a text message, .* and received a binary message/],
  ['echoes changed', '9.4.6', /Expected a binary message, .* different from octet 4194303 on\.$/],
  ['echoes changed', '9.5.6', /different from octet 1048575 on\.$/],
  ['changes the third message', '9.8.6', /Expected a binary message, .* different from octet 2048 on\.$/],
  ['echoes twice', '9.7.5', /Expected a text message, /],
];

describe('section 9', () => {
  it('has the sizes of the classic suite', () => {
    const [kibi, mebi] = [1024, 1024 * 1024];
    const sizes = [
      ...[64 * kibi, 256 * kibi, mebi, 4 * mebi, 8 * mebi, 16 * mebi].map((size) => `message of ${format(size)}`),
      ...[64, 256, kibi, 4 * kibi, 16 * kibi, 64 * kibi, 256 * kibi, mebi, 4 * mebi].map(
        (size) => `message of ${format(4 * mebi)} in frames of ${format(size)}`,
      ),
      ...[64, 128, 256, 512, kibi, 2 * kibi].map(
        (size) => `message of ${format(mebi)} in one frame and in writes of ${format(size)}`,
      ),
      ...[0, 16, 64, 256, kibi, 4 * kibi].map(
        (size) => `messages of ${format(size)}, each sent when the one before was echoed`,
      ),
    ];
    const titles = (odd: boolean) =>
      sectionCases('9')
        .filter(({ id }) => (Number(id.split('.')[1]) % 2 === 1) === odd)
        .map(({ title }) => title);
    expect(titles(true)).toEqual(sizes.map((size) => expect.stringMatching(new RegExp(`^(?:A|Many) text ${size}$`))));
    expect(titles(false)).toEqual(
      sizes.map((size) => expect.stringMatching(new RegExp(`^(?:A|Many) binary ${size}$`))),
    );
  });

  // The others differ in nothing but numbers, and the endpoints of these tests are slow.
  it('passes a server and a client that do everything right', async () => {
    const server = [...LIGHT, ...['9.1.4', '9.3.1', '9.4.9', '9.5.3'].map(caseOf)];
    expect(failures(await reportOnServer(server))).toEqual([]);
    const client = [...LIGHT, ...['9.2.3', '9.3.5', '9.6.6'].map(caseOf)];
    expect(failures(await reportOnClient(client))).toEqual([]);
  }, 30_000);

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault] });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });
});

function format(octets: number): string {
  return `${octets.toLocaleString('en-US')} octets`;
}
