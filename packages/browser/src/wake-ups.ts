// When a page comes back: the network is there again, somebody looks at it again, it is taken out of the back/forward cache, or the browser
// has thawed it. None of these says whether a connection lives; each says that it is time to find out. Workers have `online` only, and
// runtimes without a page may have nothing of it.

/** Calls `woken` whenever the page comes back, perhaps several times for one return, and returns what ends that. */
export function onWakeUp(woken: () => void): () => void {
  const page: Partial<EventTarget> = globalThis;
  const document: Document | undefined = globalThis.document;
  const looked = (): void => {
    if (document?.visibilityState === 'visible') woken();
  };
  const shown = ({ persisted }: PageTransitionEventInit): void => {
    // Without it, it is the end of loading the page.
    if (persisted) woken();
  };
  const events: readonly (readonly [Partial<EventTarget> | undefined, string, EventListener])[] = [
    [page, 'online', woken],
    [page, 'pageshow', shown as EventListener],
    [document, 'visibilitychange', looked],
    // Page Lifecycle: sent when a frozen page may run again.
    [document, 'resume', woken],
  ];
  for (const [target, type, listener] of events) target?.addEventListener?.(type, listener);
  return () => {
    for (const [target, type, listener] of events) target?.removeEventListener?.(type, listener);
  };
}
