// What a command is, and what was given to it.
import { parseArgs } from 'node:util';
import { UsageError } from './errors.js';
import { suggestion } from './suggest.js';

/** An option of a command: a flag, or with `value` one that takes a value. */
export interface Option {
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly short?: string;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  /** The arguments, as the help writes them. */
  readonly args: string;
  /** Fewest and most arguments. */
  readonly counts: readonly [number, number];
  /** One line for the list of commands. */
  readonly summary: string;
  /** More about it. */
  readonly details: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Returns the exit code. */
  readonly run: (given: Given) => Promise<number>;
}

const HELP: Readonly<Record<string, Option>> = { help: { short: 'h', help: 'shows this' } };

/** The arguments and options of a call. */
export class Given {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.#values = values;
  }

  /** An argument that is there, since their number has been checked. */
  at(position: number): string {
    return this.positionals[position] ?? '';
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** All values of an option that may be repeated. */
  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The value of an option, the last one if it was repeated. @throws UsageError for empty text */
  text(name: string): string | undefined {
    const value = this.list(name).at(-1);
    if (value === '') throw new UsageError(`--${name}: expected a value, got none`);
    return value;
  }

  /** A whole number, at least `min`. */
  whole(name: string, min: number, max: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new UsageError(`--${name}: expected a whole number from ${min} to ${max}, got '${text}'`);
  }

  /** A number above 0. */
  positive(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (value > 0 && value < Infinity) return value;
    throw new UsageError(`--${name}: expected a number above 0, got '${text}'`);
  }

  /** One of a few words. */
  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    const found = choices.find((choice) => choice === text);
    if (text === undefined || found !== undefined) return found;
    throw new UsageError(`--${name}: expected ${choices.join(', ')}, got '${text}'${suggestion(text, choices)}`);
  }
}

/** Reads the arguments of a command. @throws UsageError */
export function parse(command: Command, args: readonly string[]): Given {
  const options = { ...command.options, ...HELP };
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value, short }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) },
      ]),
    ),
  });
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    const value = optionValue(command, option, token.rawName, token.value, token.inlineValue === true);
    values.set(token.name, [...(values.get(token.name) ?? []), value]);
  }
  const [least, most] = command.counts;
  const isWrong = positionals.length < least || positionals.length > most;
  if (isWrong && !values.has('help'))
    throw new UsageError(
      `expected ${`wasmgrad ${command.name} ${command.args}`.trim()}, got ${positionals.length || 'no'} argument${positionals.length === 1 ? '' : 's'}`,
    );
  return new Given(positionals, values);
}

function optionValue(
  { name, options }: Command,
  option: Option | undefined,
  raw: string,
  value: string | undefined,
  inline: boolean,
): string {
  if (!option) {
    const known = Object.keys({ ...options, ...HELP });
    const near = suggestion(raw.replace(/^-+/, ''), known).replace("'", "'--");
    throw new UsageError(`${name} has no option ${raw}${near}`);
  }
  if (option.value === undefined) {
    if (inline) throw new UsageError(`${raw} takes no value, got '${value ?? ''}'`);
    return '';
  }
  const isOption = !inline && value !== undefined && /^--?[a-z]/i.test(value);
  if (value === undefined || isOption)
    throw new UsageError(`${raw}: expected ${option.value}, got ${isOption ? `the option ${value}` : 'nothing'}`);
  return value;
}

/** The help of a command. */
export function helpOf({ name, args, summary, details, options }: Command): string {
  const rows = Object.entries({ ...options, ...HELP }).map(([option, { value, short, help }]): [string, string] => [
    `${short === undefined ? '' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const list = rows.map(
    ([left, help]) => `  ${left.padEnd(width)}  ${help.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}`,
  );
  return [`Usage: wasmgrad ${name} ${args} [options]`, '', `${summary}.`, details, '', ...list].join('\n');
}
