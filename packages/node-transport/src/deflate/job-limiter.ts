// How much of the thread pool compression may take. Each job under way has memory of its own and keeps a thread from the file system and
// the resolver, so all connections of the process share a few places, and who waits is served in order (RFC 7692 leaves it to us).

/** Work that waits for a place. Compared by identity; waits once at a time. */
export interface Job {
  /** A place is free: work, and {@link JobLimiter.leave} afterwards, whatever comes of it. */
  start(): void;
}

export class JobLimiter {
  #places: number;
  #taken = 0;
  /** In order of arrival; who gives up leaves from anywhere. */
  readonly #waiting: Set<Job> = new Set();

  constructor(places: number) {
    this.#places = places;
  }

  /** How many jobs may be under way. Those that are over the new number finish. */
  set places(places: number) {
    this.#places = places;
    this.#serve();
  }

  get places(): number {
    return this.#places;
  }

  get underWay(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Starts the job, now or when its turn comes. */
  enter(job: Job): void {
    this.#waiting.add(job);
    this.#serve();
  }

  /** Drops a job that waits; one that was started has to leave. */
  cancel(job: Job): void {
    this.#waiting.delete(job);
  }

  /** A job that was started is done, or waits for something else than the processor. */
  leave(): void {
    this.#taken--;
    this.#serve();
  }

  #serve(): void {
    for (const job of this.#waiting) {
      if (this.#taken >= this.#places) return;
      this.#waiting.delete(job);
      this.#taken++;
      job.start();
    }
  }
}

/** The one of this process. As many places as libuv has threads unless told otherwise. */
export const deflateJobs: JobLimiter = new JobLimiter(4);
