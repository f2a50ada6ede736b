import { describe, expect, it, vi } from 'vitest';
import { onWakeUp } from '../src/wake-ups.ts';
import { scriptPage } from './page-events.ts';

describe('onWakeUp', () => {
  it('tells when the page is online again, looked at again, thawed, or taken out of the cache', () => {
    const page = scriptPage();
    const woken = vi.fn();
    onWakeUp(woken);
    page.tell('online');
    expect(woken).toHaveBeenCalledTimes(1);
    page.tell('visibilitychange');
    expect(woken).toHaveBeenCalledTimes(2);
    page.tell('resume');
    expect(woken).toHaveBeenCalledTimes(3);
    page.tell('pageshow', { persisted: true });
    expect(woken).toHaveBeenCalledTimes(4);
  });

  it('tells nothing when the page is hidden or has only just been loaded', () => {
    const page = scriptPage();
    const woken = vi.fn();
    onWakeUp(woken);
    page.visibilityState = 'hidden';
    page.tell('visibilitychange');
    page.tell('pageshow', { persisted: false });
    expect(woken).not.toHaveBeenCalled();
  });

  it('leaves no listener behind', () => {
    const page = scriptPage();
    const woken = vi.fn();
    const end = onWakeUp(woken);
    expect(page.listeners).toBe(4);
    end();
    end();
    expect(page.listeners).toBe(0);
    page.tell('online');
    expect(woken).not.toHaveBeenCalled();
  });

  it('is silent where there is no page', () => {
    expect('document' in globalThis).toBe(false);
    const woken = vi.fn();
    onWakeUp(woken)();
    expect(woken).not.toHaveBeenCalled();
  });
});
