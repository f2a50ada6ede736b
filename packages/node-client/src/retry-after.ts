// When a server that refuses wants to be asked again: the Retry-After of its response (RFC 9110, section 10.2.3), in seconds or as a date.

import { fieldValues, HandshakeError, type ResponseHead } from '@framewire/protocol';

/** Service Unavailable, and Too Many Requests (RFC 6585, section 4). */
const ASKS_TO_WAIT: readonly number[] = [429, 503];

/** Adds `retryAfter` to the error of an opening, where the response says so. */
export function withRetryAfter(error: unknown, now: number): unknown {
  if (!(error instanceof HandshakeError) || error.response === undefined) return error;
  if (!ASKS_TO_WAIT.includes(error.status)) return error;
  const retryAfter = retryAfterOf(error.response, now);
  return retryAfter === undefined ? error : Object.assign(error, { retryAfter });
}

/**
 * Milliseconds until the server wants to be asked again; undefined when it does not say so, or not in a way that can be understood.
 *
 * @param now the time of day, in milliseconds since 1970, where the response does not tell it
 */
export function retryAfterOf({ fields }: ResponseHead, now: number): number | undefined {
  const [value, ...more] = fieldValues(fields, 'Retry-After');
  if (value === undefined || more.length > 0) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const due = parseHttpDate(value, now);
  if (due === undefined) return undefined;
  // By the server's own clock, if it tells it, for ours may be wrong.
  const said = parseHttpDate(fieldValues(fields, 'Date')[0] ?? '', now);
  return Math.max(0, due - (said ?? now));
}

const MONTHS: readonly string[] = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';
/** "A recipient that parses a timestamp value in an HTTP field MUST accept all three HTTP-date formats" (RFC 9110, section 5.6.7). */
const FORMATS: readonly RegExp[] = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(
    `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-(?<month>[A-Z][a-z]{2})-(?<year>\\d\\d) ${TIME} GMT$`,
  ),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * An HTTP-date as milliseconds since 1970; undefined for what is none.
 *
 * @param now says which century a year of two digits is in
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  for (const format of FORMATS) {
    const groups = format.exec(text)?.groups;
    if (groups === undefined) continue;
    const { day = '', month = '', year = '', hour, minute, second } = groups;
    const monthIndex = MONTHS.indexOf(month);
    const date = new Date(0);
    date.setUTCFullYear(year.length === 2 ? fullYear(Number(year), now) : Number(year), monthIndex, Number(day));
    // A month or day there is not would have been taken for another one.
    if (date.getUTCMonth() !== monthIndex || date.getUTCDate() !== Number(day)) return undefined;
    return date.getTime() + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  }
  return undefined;
}

/** "more than 50 years in the future" is "the most recent year in the past that had the same last two digits" (RFC 9110, section 5.6.7). */
function fullYear(lastTwo: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + lastTwo;
  return year > thisYear + 50 ? year - 100 : year;
}
