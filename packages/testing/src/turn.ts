// The real timer, taken when this module is loaded, so that a test framework's fake timers do not stop what waits here.

const realSetTimeout = setTimeout;

/** Waits until every promise that can go on has gone on, and what the runtime has in store for this turn has happened. */
export function turn(): Promise<void> {
  return wait(0);
}

/** Waits so many milliseconds of real time. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    realSetTimeout(resolve, milliseconds);
  });
}
