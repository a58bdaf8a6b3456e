const BASIC = /^\d{8}T\d{6}Z$/;
const RFC_1123 =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) (?:GMT|UTC|[+-]0000)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Epoch milliseconds of `YYYYMMDDTHHMMSSZ`; `undefined` when the text is no such time. */
export function parseTimestamp(text: string): number | undefined {
  if (!BASIC.test(text)) return undefined;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6, 8));
  const hour = Number(text.slice(9, 11));
  const minute = Number(text.slice(11, 13));
  const second = Number(text.slice(13, 15));
  if (year < 1970 || month < 1 || month > 12 || day < 1) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // A day past the end of its month would count into the next one.
  return day <= 28 || new Date(time).getUTCDate() === day ? time : undefined;
}

/** `YYYYMMDDTHHMMSSZ` of epoch milliseconds. */
export function formatTimestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** `YYYYMMDDTHHMMSSZ` of a `Date` header in RFC 1123 form; `undefined` when it is none. */
export function timestampOfHttpDate(text: string): string | undefined {
  const [, day, monthName, year, clock] = RFC_1123.exec(text) ?? [];
  if (!day || !monthName || !year || !clock) return undefined;
  const month = MONTHS.indexOf(monthName) + 1;
  const date = `${year}${String(month).padStart(2, '0')}${day.padStart(2, '0')}`;
  return `${date}T${clock.replaceAll(':', '')}Z`;
}
