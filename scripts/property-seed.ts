// Properties explore new ground at every run on a developer's machine. CI repeats one and the same: it judges a change, and what chance
// finds there would be somebody else's. Take the seed out of a failure's report to repeat it.

import fc from 'fast-check';

if (process.env.CI === 'true') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 6455 });
