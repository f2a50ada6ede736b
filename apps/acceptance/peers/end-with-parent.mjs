// Imported by every peer that runs until it is stopped: when the tests are gone, however they went, stdin ends, and so does the peer.

import process from 'node:process';

process.stdin.on('end', () => process.exit()).on('error', () => process.exit());
process.stdin.resume();
