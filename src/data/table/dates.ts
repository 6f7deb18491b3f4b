// Dates as people write them, as milliseconds since 1970 in UTC.

/** Whether 3/4/2024 is the 3rd of April or the 4th of March. */
export type DateOrder = 'day' | 'month';

const TIME = String.raw`(?:(?:[ T]|, )(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)? ?(am|pm)?(Z| ?[+-]\d{2}:?\d{2})?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?${TIME}$`, 'i');
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${TIME}$`, 'i');
const DAY_NAMED = new RegExp(String.raw`^(\d{1,2})[ -.]{1,2}([a-z]{3,9})\.?,?[ -](\d{4})${TIME}$`, 'i');
const MONTH_NAMED = new RegExp(String.raw`^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})${TIME}$`, 'i');
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

type Parts = readonly (string | undefined)[];

function monthNamed(name: string | undefined): number {
  const text = name?.toLowerCase() ?? '';
  return (
    MONTHS.findIndex(
      (month) => month === text || month.slice(0, 3) === text || (text === 'sept' && month.startsWith(text)),
    ) + 1
  );
}

/** Milliseconds of a time of day in UTC, or NaN. */
function timeOfDay([hours = '0', minutes = '0', seconds = '0', fraction = '0', half, zone = 'Z']: Parts): number {
  const given = Number(hours);
  if (half !== undefined && (given < 1 || given > 12)) return NaN;
  const hour = half === undefined ? given : (given % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return NaN;
  const [, sign, zoneHours = '0', zoneMinutes = '0'] = /([+-])(\d{2}):?(\d{2})/.exec(zone) ?? [];
  const offset = (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  return ((hour * 60 + Number(minutes) - offset) * 60 + Number(seconds) + Number(`0${fraction}`)) * 1000;
}

/** Milliseconds of a date and a time, or NaN when there is no such day. */
function moment(year: number, month: number, day: number, time: Parts): number {
  const at = Date.UTC(year, month - 1, day);
  const exists = new Date(at).getUTCMonth() === month - 1 && day >= 1 && month >= 1;
  return exists ? at + Math.round(timeOfDay(time)) : NaN;
}

/**
 * The time that trimmed text stands for, in milliseconds since 1970; NaN if it is no date. Without a time zone, it is UTC.
 */
export function dateIn(text: string, order: DateOrder): number {
  const length = text.length;
  if (length < 6 || length > 40) return NaN;
  let match = YEAR_FIRST.exec(text);
  if (match) return moment(Number(match[1]), Number(match[2]), Number(match[3] ?? 1), match.slice(4));
  match = YEAR_LAST.exec(text);
  if (match) {
    const [first, second] = [Number(match[1]), Number(match[3])];
    const [day, month] = order === 'day' ? [first, second] : [second, first];
    return moment(Number(match[4]), month, day, match.slice(5));
  }
  match = DAY_NAMED.exec(text);
  if (match) return moment(Number(match[3]), monthNamed(match[2]), Number(match[1]), match.slice(4));
  match = MONTH_NAMED.exec(text);
  return match ? moment(Number(match[3]), monthNamed(match[1]), Number(match[2]), match.slice(4)) : NaN;
}
