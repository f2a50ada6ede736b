import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchRejections } from '../../src/contract/rejections.ts';

describe('watchRejections', () => {
  it('sees what Node reports, while it watches', () => {
    const process = new EventEmitter();
    const watch = watchRejections({ process });
    watch.start();
    process.emit('unhandledRejection', 'reason');
    watch.stop();
    process.emit('unhandledRejection', 'later');
    expect(watch.seen).toEqual(['reason']);
  });

  it('sees what a browser reports, even where a bundler put a process without events', () => {
    const target = new EventTarget();
    const watch = watchRejections({
      process: {},
      addEventListener: (event, listener) => target.addEventListener(event, listener),
      removeEventListener: (event, listener) => target.removeEventListener(event, listener),
    });
    watch.start();
    target.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: 'reason' }));
    watch.stop();
    target.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: 'later' }));
    expect(watch.seen).toEqual(['reason']);
  });

  it('asks nothing of a runtime that reports nothing', () => {
    const watch = watchRejections({});
    watch.start();
    watch.stop();
    expect(watch.seen).toEqual([]);
  });
});
