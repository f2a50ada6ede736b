// Rejected promises that nobody handles end a Node process; a connection must never make one.

/** The two ways runtimes report them. */
interface Host {
  readonly process?: { on?: Subscribe; off?: Subscribe };
  readonly addEventListener?: Subscribe;
  readonly removeEventListener?: Subscribe;
}

type Subscribe = (event: string, listener: (event: unknown) => void) => unknown;

export interface RejectionWatch {
  readonly seen: readonly unknown[];
  start(): void;
  stop(): void;
}

/** @param host the global object; a test may pass another */
export function watchRejections(host: Host = globalThis as Host): RejectionWatch {
  const seen: unknown[] = [];
  const inNode = (reason: unknown): void => {
    seen.push(reason);
  };
  const inBrowser = (event: unknown): void => {
    seen.push((event as { reason: unknown }).reason);
  };
  return {
    seen,
    start: () => {
      // A bundler may give a browser a `process` that has no events.
      if (host.process?.on !== undefined) host.process.on('unhandledRejection', inNode);
      else host.addEventListener?.('unhandledrejection', inBrowser);
    },
    stop: () => {
      host.process?.off?.('unhandledRejection', inNode);
      host.removeEventListener?.('unhandledrejection', inBrowser);
    },
  };
}
