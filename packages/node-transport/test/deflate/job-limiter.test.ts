import { describe, expect, it } from 'vitest';
import { deflateJobs, type Job, JobLimiter } from '../../src/deflate/job-limiter.ts';

/** Jobs that write down when they start, and leave when told. */
function jobs(log: string[]): (name: string) => Job {
  return (name) => ({ start: () => void log.push(name) });
}

describe('JobLimiter', () => {
  it('starts as many jobs as there are places, the others in order of arrival as places become free', () => {
    const log: string[] = [];
    const job = jobs(log);
    const limiter = new JobLimiter(2);
    for (const name of ['a', 'b', 'c', 'd']) limiter.enter(job(name));
    expect(log).toEqual(['a', 'b']);
    expect(limiter).toMatchObject({ underWay: 2, waiting: 2 });
    limiter.leave();
    expect(log).toEqual(['a', 'b', 'c']);
    limiter.leave();
    limiter.leave();
    limiter.leave();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    expect(limiter).toMatchObject({ underWay: 0, waiting: 0 });
  });

  it('forgets a job that gave up waiting', () => {
    const log: string[] = [];
    const job = jobs(log);
    const limiter = new JobLimiter(1);
    const second = job('b');
    limiter.enter(job('a'));
    limiter.enter(second);
    limiter.enter(job('c'));
    limiter.cancel(second);
    limiter.leave();
    limiter.leave();
    expect(log).toEqual(['a', 'c']);
  });

  it('lets a job that is back wait behind those that came meanwhile', () => {
    const log: string[] = [];
    const limiter = new JobLimiter(1);
    let turns = 0;
    const greedy: Job = {
      start: () => {
        log.push('greedy');
        if (++turns < 3) limiter.enter(greedy);
      },
    };
    limiter.enter(greedy);
    limiter.enter(jobs(log)('other'));
    for (let i = 0; i < 4; i++) limiter.leave();
    expect(log).toEqual(['greedy', 'greedy', 'other', 'greedy']);
    expect(limiter.underWay).toBe(0);
  });

  it('serves at once when places are added, and lets those finish that are over a smaller number', () => {
    const log: string[] = [];
    const job = jobs(log);
    const limiter = new JobLimiter(1);
    for (const name of ['a', 'b', 'c', 'd']) limiter.enter(job(name));
    limiter.places = 3;
    expect(log).toEqual(['a', 'b', 'c']);
    limiter.places = 1;
    limiter.leave();
    limiter.leave();
    expect(log).toEqual(['a', 'b', 'c']);
    limiter.leave();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('can be entered and left while it starts jobs', () => {
    const log: string[] = [];
    const limiter = new JobLimiter(1);
    limiter.enter({
      start: () => {
        log.push('a');
        limiter.enter({ start: () => void log.push('b') });
        limiter.leave();
      },
    });
    expect(log).toEqual(['a', 'b']);
    expect(limiter.underWay).toBe(1);
  });
});

describe('deflateJobs', () => {
  it('has four places', () => {
    expect(deflateJobs).toMatchObject({ places: 4, underWay: 0, waiting: 0 });
  });
});
