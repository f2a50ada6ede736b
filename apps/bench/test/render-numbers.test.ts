import { describe, expect, it } from 'vitest';
import { bytes, duration, figure, perSecond, ratioFigure, short, times, withSpread } from '../src/render-numbers.ts';

describe('figures', () => {
  it.each([
    [0, '0'],
    [0.58612, '0.586'],
    [12.06, '12.1'],
    [99.96, '100'],
    [1204.4, '1,204'],
    [123_456, '123,456'],
  ])('have three digits: %f', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it.each([
    [0.9534, '0.95'],
    [1.0449, '1.04'],
    [12.06, '12.1'],
  ])('have two decimals in a small ratio: %f', (value, text) => {
    expect(ratioFigure(value)).toBe(text);
  });

  it.each([
    [950, '950'],
    [9500, '9,500'],
    [123_456, '123 k'],
    [1_712_000, '1.71 M'],
  ])('a second: %f', (value, text) => {
    expect(perSecond(value)).toBe(text);
  });

  it.each([
    [20, '20 B'],
    [1024, '1 KB'],
    [1300, '1.27 KB'],
    [16_777_216, '16 MB'],
    [8 * 1024 ** 3, '8 GB'],
    [1024 ** 4, '1024 GB'],
  ])('of bytes: %i', (value, text) => {
    expect(bytes(value)).toBe(text);
  });

  it.each([
    [0.1, '0.1 µs'],
    [1000, '1 ms'],
    [2e6, '2 s'],
  ])('of time: %f us', (value, text) => {
    expect(duration(value)).toBe(text);
  });

  it('are said in full where they are counted', () => {
    expect(short(15_000)).toBe('15,000');
    expect(short(0.1 + 0.2)).toBe('0.3');
  });

  it('have their quartiles in brackets, but not where those are the same', () => {
    expect(withSpread({ median: 0.586, low: 0.571, high: 0.602 })).toBe('0.586 (0.571-0.602)');
    expect(withSpread({ median: 3061, low: 3061, high: 3061 })).toBe('3,061');
    expect(withSpread(undefined)).toBe('not measured');
  });

  it('are ratios with an x', () => {
    expect(times({ median: 12.06, low: 11, high: 13 })).toBe('12.1x');
    expect(times(undefined)).toBe('not measured');
  });
});
