// A page in place of the runtime's: where there is none, and where one is, but nobody can put it to sleep.

import { onTestFinished, vi } from 'vitest';

export interface Page {
  /** Tells the page something as its browser does. */
  tell(type: 'online' | 'pageshow' | 'visibilitychange' | 'resume', properties?: object): void;
  visibilityState: DocumentVisibilityState;
  /** How many listeners there are. */
  readonly listeners: number;
}

/** Puts a scripted page in place until the test is over. */
export function scriptPage(): Page {
  const counted = new Map<string, Set<unknown>>();
  class Target extends EventTarget {
    override addEventListener(type: string, listener: EventListener): void {
      counted.set(type, (counted.get(type) ?? new Set()).add(listener));
      super.addEventListener(type, listener);
    }
    override removeEventListener(type: string, listener: EventListener): void {
      counted.get(type)?.delete(listener);
      super.removeEventListener(type, listener);
    }
  }
  const page = new Target();
  const document = Object.assign(new Target(), { visibilityState: 'visible' as DocumentVisibilityState });
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  vi.stubGlobal('document', document);
  onTestFinished(() => void vi.unstubAllGlobals());
  return {
    tell(type, properties = {}) {
      const target = type === 'visibilitychange' || type === 'resume' ? document : page;
      target.dispatchEvent(Object.assign(new Event(type), properties));
    },
    get visibilityState() {
      return document.visibilityState;
    },
    set visibilityState(state) {
      document.visibilityState = state;
    },
    get listeners() {
      return [...counted.values()].reduce((sum, { size }) => sum + size, 0);
    },
  };
}
