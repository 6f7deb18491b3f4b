// Settings in the address: #digits?network=plain&layers=1&...
import type { Settings } from './messages.js';

/** What a link says. */
export interface Shared {
  readonly values: ReadonlyMap<string, string>;
  /** The first digits of the SHA-256 of the weights that its sender got. */
  readonly weights: string | undefined;
}

/** Digits of a hash that are in a link: enough to tell any two apart. */
const DIGITS = 16;

/** The name of the tab that an address opens. */
export const tabOf = (hash: string): string => hash.replace(/^#/, '').replace(/\?.*$/, '');

/** What an address says about a tab's settings, if anything. */
export function sharedIn(hash: string, tab: string): Shared | undefined {
  const at = hash.indexOf('?');
  if (at < 0 || tabOf(hash) !== tab) return undefined;
  const values = new Map(new URLSearchParams(hash.slice(at + 1)));
  const weights = values.get('weights')?.toLowerCase();
  values.delete('weights');
  return { values, weights: weights && /^[0-9a-f]{16}$/.test(weights) ? weights : undefined };
}

/** The part of an address that opens a tab with these settings. Threads change nothing and depend on the machine. */
export function hashFor(tab: string, settings: Settings, weights: string | undefined): string {
  const { threads: _, ...shared } = settings;
  const values = new URLSearchParams(Object.entries(shared).map(([name, value]) => [name, String(value)]));
  if (weights !== undefined) values.set('weights', weights.slice(0, DIGITS));
  return `#${tab}?${values.toString()}`;
}

/** A hash for reading: its first digits in groups. */
export const grouped = (hash: string): string => hash.slice(0, DIGITS).replace(/(.{4})(?=.)/g, '$1 ');
