#!/usr/bin/env node
// The executable. All it does is in main.

import { main } from './main.ts';

void main(process.argv.slice(2), { output: process.stdout, errors: process.stderr }).then((status) => {
  process.exitCode = status;
});
