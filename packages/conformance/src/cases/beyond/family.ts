// Cases numbered by their place in a family: `framing.2.5` is the fifth of the family `framing.2`. Numbers are said in reports
// and kept by users, so a new case goes to the end of its family.

import {
  type Case,
  type ClientHandshakeCase,
  clientHandshakeCase,
  type FramesCase,
  framesCase,
  type ServerHandshakeCase,
  serverHandshakeCase,
} from '../../case.ts';

/** Everything of a case but its number. */
export type Unnumbered<C extends Case = Case> = (id: string) => C;

type Nameless<Facts> = Omit<Facts, 'id'>;

export function frames(facts: Nameless<Parameters<typeof framesCase>[0]>): Unnumbered<FramesCase> {
  return (id) => framesCase({ id, ...facts });
}

export function serverHandshake(
  facts: Nameless<Parameters<typeof serverHandshakeCase>[0]>,
): Unnumbered<ServerHandshakeCase> {
  return (id) => serverHandshakeCase({ id, ...facts });
}

export function clientHandshake(
  facts: Nameless<Parameters<typeof clientHandshakeCase>[0]>,
): Unnumbered<ClientHandshakeCase> {
  return (id) => clientHandshakeCase({ id, ...facts });
}

export function family(prefix: string, cases: readonly Unnumbered[]): Case[] {
  return cases.map((numbered, index) => numbered(`${prefix}.${index + 1}`));
}
