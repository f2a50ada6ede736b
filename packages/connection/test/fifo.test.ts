import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from '../src/fifo.ts';

describe('Fifo', () => {
  it('gives items back in the order they came', () => {
    const fifo = new Fifo<number>();
    for (let i = 0; i < 20; i++) fifo.push(i);
    expect(fifo.length).toBe(20);
    expect(fifo.peek()).toBe(0);
    expect(Array.from({ length: 20 }, () => fifo.shift())).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('gives undefined when it is empty', () => {
    const fifo = new Fifo<number>();
    expect(fifo.shift()).toBe(undefined);
    expect(fifo.peek()).toBe(undefined);
    expect(fifo.length).toBe(0);
  });

  it('goes on after it held a great many', () => {
    const fifo = new Fifo<number>();
    for (let i = 0; i < 5000; i++) fifo.push(i);
    for (let i = 0; i < 5000; i++) expect(fifo.shift()).toBe(i);
    fifo.push(7);
    expect(fifo.shift()).toBe(7);
  });

  it('behaves as an array does, whatever is done to it', () => {
    const steps = fc.array(fc.oneof(fc.record({ push: fc.nat() }), fc.constant('shift')), {
      size: 'medium',
    });
    fc.assert(
      fc.property(steps, (steps) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === 'shift') expect(fifo.shift()).toBe(model.shift());
          else if (typeof step === 'object') {
            fifo.push(step.push);
            model.push(step.push);
          }
          expect(fifo.length).toBe(model.length);
          expect(fifo.peek()).toBe(model[0]);
        }
      }),
    );
  });
});
