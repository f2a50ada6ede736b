// This page's own opening handshake, and the proof that the server read its key: the accept key is computed here, by the same code the
// server used, and compared with what came.

import { acceptKey, fieldValues, type RequestHead, type ResponseHead } from '@framewire/protocol';
import type { SeenHead } from './use-wire.ts';

interface Props {
  readonly request: SeenHead<RequestHead> | undefined;
  readonly response: SeenHead<ResponseHead> | undefined;
}

export function HandshakeView({ request, response }: Props) {
  return (
    <section class="card" aria-labelledby="handshake-title">
      <h2 id="handshake-title">Opening handshake</h2>
      <p>
        One HTTP request asks for the upgrade, one response grants it; from then on the same TCP connection carries
        frames, both ways.
      </p>
      <div class="heads">
        <Head title="This page asked" head={request} marked="sec-websocket-key" />
        <Head title="The server answered" head={response} marked="sec-websocket-accept" />
      </div>
      {request !== undefined && response !== undefined && <Proof request={request.head} response={response.head} />}
    </section>
  );
}

function Head({ title, head, marked }: { title: string; head: SeenHead<unknown> | undefined; marked: string }) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre>
        {head === undefined
          ? '…'
          : head.text
              .trimEnd()
              .split('\r\n')
              .map((line) =>
                line.toLowerCase().startsWith(`${marked}:`) ? (
                  <mark key={line}>{`${line}\n`}</mark>
                ) : (
                  <span
                    key={line}
                    class={/^(upgrade|connection|sec-websocket|http|get)/i.test(line) ? undefined : 'dim'}
                  >{`${line}\n`}</span>
                ),
              )}
      </pre>
    </figure>
  );
}

function Proof({ request, response }: { request: RequestHead; response: ResponseHead }) {
  const [key = ''] = fieldValues(request.fields, 'sec-websocket-key');
  const [accept = ''] = fieldValues(response.fields, 'sec-websocket-accept');
  const expected = acceptKey(key);
  const matches = expected === accept;
  return (
    <p class={`proof ${matches ? 'good' : 'bad'}`} data-testid="proof">
      base64(SHA-1(<code>{key}</code> + <code>258EAFA5-E914-47DA-95CA-C5AB0DC85B11</code>)) = <code>{expected}</code>,{' '}
      <strong>{matches ? 'which is what the server answered.' : `but the server answered ${accept}.`}</strong>
    </p>
  );
}
