import { describe, expect, it } from 'vitest';
import { catalogue } from '../src/catalogue.ts';
import { type Selection, selectCases } from '../src/selection.ts';

const ids = (selection: Selection) => selectCases(catalogue, selection).map(({ id }) => id);

describe('selectCases', () => {
  it('takes all when nothing is said', () => {
    expect(ids({})).toEqual(catalogue.flatMap(({ cases }) => cases.map(({ id }) => id)));
  });

  it('takes sections, patterns, and leaves out', () => {
    expect(ids({ sections: ['3'] })).toEqual(['3.1', '3.2', '3.3', '3.4', '3.5', '3.6', '3.7']);
    expect(ids({ cases: ['6.4.*', '1.1.1'] })).toEqual(['1.1.1', '6.4.1', '6.4.2', '6.4.3', '6.4.4']);
    expect(ids({ sections: ['3', '4'], cases: ['*.1'], exclude: ['4.2.*'] })).toEqual(['3.1', '4.1.1']);
  });

  it('takes the dot for a dot', () => {
    expect(ids({ cases: ['2.1'] })).toEqual(['2.1']);
  });

  it('names what fits nothing', () => {
    expect(() => ids({ sections: ['8'] })).toThrow('There is no section 8: the sections are 1, 2,');
    expect(() => ids({ cases: ['1.1.9'] })).toThrow('No case fits 1.1.9');
    expect(() => ids({ exclude: ['(*'] })).toThrow('No case fits (*');
  });
});
