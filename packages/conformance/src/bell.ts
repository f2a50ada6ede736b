// Waiting for something to happen, but not for ever.

export class Bell {
  #ring: (() => void) | undefined;

  /** Wakes who waits, if anybody does. */
  ring(): void {
    this.#ring?.();
  }

  /** Whether it rang within this many milliseconds. */
  wait(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (rang: boolean) => {
        clearTimeout(timer);
        this.#ring = undefined;
        resolve(rang);
      };
      const timer = setTimeout(() => done(false), Math.max(0, milliseconds));
      this.#ring = () => done(true);
    });
  }
}
