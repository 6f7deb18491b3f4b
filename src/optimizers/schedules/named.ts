import type { Schedule } from '../optimizer.js';

/** A schedule made by one of the factories: it tells what it is. */
export interface NamedSchedule extends Schedule {
  /** The factory's name. */
  readonly kind: string;
  /** The factory's options, defaults filled in; for `warmup` with the schedule that takes over. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A schedule with its description. */
export function namedSchedule(
  kind: string,
  config: Readonly<Record<string, unknown>>,
  schedule: Schedule,
): NamedSchedule {
  return Object.assign(schedule, { kind, config });
}

/** Whether a schedule was made by one of the factories. */
export function isNamedSchedule(schedule: Schedule): schedule is NamedSchedule {
  return 'kind' in schedule && 'config' in schedule;
}
