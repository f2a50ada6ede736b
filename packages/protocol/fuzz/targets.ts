import type { Target } from './target.ts';
import { closePayload } from './targets/close-payload.ts';
import { extensions } from './targets/extensions.ts';
import { frameDecoder } from './targets/frame-decoder.ts';
import { head } from './targets/head.ts';
import { messages } from './targets/messages.ts';
import { request } from './targets/request.ts';
import { response } from './targets/response.ts';
import { utf8 } from './targets/utf8.ts';

/** The targets of this package, by name. Each target of all packages gets 30 s in CI, two at a time: the whole of it must stay under three minutes. */
export const targets: Readonly<Record<string, Target>> = {
  'frame-decoder': frameDecoder,
  messages,
  head,
  request,
  response,
  extensions,
  'close-payload': closePayload,
  utf8,
};
