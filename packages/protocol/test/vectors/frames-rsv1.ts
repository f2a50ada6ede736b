// Frames where an extension that uses RSV1 was agreed on (RFC 7692, section 6): for the frame decoder alone, which such an extension needs.

import type { Role, ViolationCode } from '../../src/index.ts';
import { asClient } from './wire.ts';

/** One line per frame, such as `opcode 1 fin rsv1 616263`; then the violation, if there is one. */
export interface Rsv1Vector {
  readonly name: string;
  readonly role: Role;
  readonly bytes: string;
  readonly frames: readonly string[];
  readonly violation?: ViolationCode;
}

type Unmasked = Omit<Rsv1Vector, 'role'>;

const vectors: readonly Unmasked[] = [
  { name: 'RSV1 on a text frame', bytes: 'c1 01 61', frames: ['opcode 1 fin rsv1 61'] },
  { name: 'RSV1 on a binary frame', bytes: 'c2 01 61', frames: ['opcode 2 fin rsv1 61'] },
  {
    name: 'RSV1 on the first fragment only, a Ping between',
    bytes: '42 01 61 | 89 00 | 80 01 62 | 82 00',
    frames: ['opcode 2 rsv1 61', 'opcode 9 fin ', 'opcode 0 fin 62', 'opcode 2 fin '],
  },
  {
    name: 'RSV1_MISPLACED: on a continuation',
    bytes: '42 01 61 | c0 01 62',
    frames: ['opcode 2 rsv1 61'],
    violation: 'RSV1_MISPLACED',
  },
  { name: 'RSV1_MISPLACED: on a Ping', bytes: 'c9 01 61', frames: [], violation: 'RSV1_MISPLACED' },
  { name: 'RSV1_MISPLACED: on a Pong', bytes: 'ca 00', frames: [], violation: 'RSV1_MISPLACED' },
  { name: 'RSV1_MISPLACED: on a Close', bytes: 'c8 02 03e8', frames: [], violation: 'RSV1_MISPLACED' },
  { name: 'RSV2 means nothing still', bytes: 'e1 01 61', frames: [], violation: 'RESERVED_BITS' },
  { name: 'RSV3 means nothing still', bytes: '91 01 61', frames: [], violation: 'RESERVED_BITS' },
];

export const rsv1Frames: readonly Rsv1Vector[] = vectors.flatMap((vector): Rsv1Vector[] => [
  { ...vector, role: 'client' },
  { ...vector, role: 'server', bytes: asClient(vector.bytes) },
]);
