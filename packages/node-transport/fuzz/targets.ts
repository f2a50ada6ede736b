import type { Target } from '../../protocol/fuzz/target.ts';
import { messagesDeflate } from './messages-deflate.ts';

/** What of the protocol needs zlib. `pnpm fuzz` finds every packages/<name>/fuzz/targets.ts. */
export const targets: Readonly<Record<string, Target>> = { 'messages-deflate': messagesDeflate };
