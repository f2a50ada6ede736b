// The files of reports: what `--json` writes and `--render` reads.

import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandLineError } from './command-line.ts';

/** Where `docs` is. */
export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Makes the folder of a report that is still to be measured: better now than after ten minutes.
 *
 * @throws CommandLineError when the file cannot be written
 */
export function prepareReport(file: string): void {
  try {
    const folder = dirname(resolve(file));
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new CommandLineError(`A file of a report cannot be written. ${(error as Error).message}`);
  }
}

export function writeReport(file: string, report: object): void {
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

/**
 * A report of the kind that whoever asks renders: its fields are not checked.
 *
 * @throws CommandLineError when there is no JSON in the file
 */
export function readReport<Report>(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch (error) {
    throw new CommandLineError(`--render needs a report that --json wrote. ${(error as Error).message}`);
  }
}
