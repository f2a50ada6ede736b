// Two hosts on one machine: network namespaces with a link between them that can be taken down. Then nothing arrives and nobody is told, which
// is what a pulled cable or a phone in a tunnel looks like. Needs Linux, root and the program `ip`.

import { execFileSync } from 'node:child_process';
import type { Command } from './child.ts';

/** Of every namespace of ours; the process that made it comes next. */
const PREFIX = 'framewire-fault-';
/** For benchmarks of networks (RFC 2544): nobody's own. */
const NETWORK = '198.18.0';

let count = 0;

/** Two hosts and their link. */
export interface CutLink {
  /** What starts a program on a host. */
  readonly on: { readonly left: Command; readonly right: Command };
  /** The address of the host on the left. */
  readonly address: string;
  take(which: 'down' | 'up'): void;
  remove(): void;
}

/** Why there can be no namespaces here; undefined when there can. */
export function whyNoLinks(): string | undefined {
  try {
    makeLink().remove();
    return undefined;
  } catch (error) {
    return `network namespaces cannot be made here: ${(error as Error).message.replaceAll('\n', ' ')}`;
  }
}

/** @throws where it cannot be made; nothing is left behind */
export function makeLink(): CutLink {
  removeLeftovers();
  const left = `${PREFIX}${process.pid}-${count++}`;
  const right = `${PREFIX}${process.pid}-${count++}`;
  const remove = (): void => {
    for (const name of [left, right]) forget(name);
    process.off('exit', remove);
  };
  process.on('exit', remove);
  try {
    for (const name of [left, right]) ip('netns', 'add', name);
    ip('-n', left, 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'wire', 'netns', right);
    ip('-n', left, 'address', 'add', `${NETWORK}.1/24`, 'dev', 'wire');
    ip('-n', right, 'address', 'add', `${NETWORK}.2/24`, 'dev', 'wire');
    for (const name of [left, right]) ip('-n', name, 'link', 'set', 'wire', 'up');
  } catch (error) {
    remove();
    throw error;
  }
  return {
    on: { left: inside(left), right: inside(right) },
    address: `${NETWORK}.1`,
    take: (which) => ip('-n', right, 'link', 'set', 'wire', which),
    remove,
  };
}

function inside(name: string): Command {
  return ['ip', 'netns', 'exec', name, 'setpriv', '--pdeathsig', 'KILL'];
}

/** Of processes that ended without removing theirs. */
function removeLeftovers(): void {
  for (const line of execFileSync('ip', ['netns', 'list'], { encoding: 'utf8', stdio: 'pipe' }).split('\n')) {
    const [name = ''] = line.split(' ', 1);
    if (name.startsWith(PREFIX) && !lives(Number(name.slice(PREFIX.length).split('-', 1)[0]))) forget(name);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function forget(name: string): void {
  try {
    ip('netns', 'delete', name);
  } catch {
    // It was never made, or is gone.
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}
