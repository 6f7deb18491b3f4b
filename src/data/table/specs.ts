// Reads what was fitted from plain data, such as a file holds, which may be anything.
import { isPlain, show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import type { CategorySpec, ColumnSpec, DateSpec, NumberSpec, TargetSpec } from './encoders.js';
import type { ClassName, LabelSpec } from './labels.js';

type Fields = Readonly<Record<string, unknown>>;

/** A plain object with exactly these fields. @throws FormatError */
export function fieldsOf(where: string, value: unknown, names: readonly string[]): Fields {
  if (!isPlain(value)) refuse(FormatError, where, `an object with ${names.join(', ')}`, show(value));
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  if (unknown !== undefined) refuse(FormatError, where, `only ${names.join(', ')}`, show(unknown));
  return value;
}

/** An array, each of its items read by `read`. @throws FormatError */
export function listOf<T>(where: string, value: unknown, read: (where: string, item: unknown) => T): T[] {
  if (!Array.isArray(value)) refuse(FormatError, where, 'an array', show(value));
  return Array.from(value, (item: unknown, i) => read(`${where}[${i}]`, item));
}

export function textOf(where: string, value: unknown): string {
  if (typeof value !== 'string') refuse(FormatError, where, 'text', show(value));
  return value;
}

function finiteOf(where: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) refuse(FormatError, where, 'a finite number', show(value));
  return value;
}

/** What numbers are divided by. */
function deviationOf(where: string, value: unknown): number {
  const deviation = finiteOf(where, value);
  if (deviation <= 0) refuse(FormatError, where, 'a number above 0', deviation);
  return deviation;
}

function flagOf(where: string, value: unknown): boolean {
  if (typeof value !== 'boolean') refuse(FormatError, where, 'true or false', show(value));
  return value;
}

function choiceOf<T extends string>(where: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) refuse(FormatError, where, `one of ${choices.join(', ')}`, show(value));
  return found;
}

const STANDARDISING = ['name', 'role', 'fill', 'missing', 'mean', 'deviation'];
const WORDS = ['name', 'role', 'fill', 'missing', 'unknown', 'levels'];

function readNumeric(where: string, value: unknown, role: 'number' | 'date'): NumberSpec | DateSpec {
  const own = role === 'date' ? ['order', 'timed'] : ['decimal'];
  const { name, fill, missing, mean, deviation, ...rest } = fieldsOf(where, value, [...STANDARDISING, ...own]);
  const common = {
    name: textOf(`${where}.name`, name),
    fill: finiteOf(`${where}.fill`, fill),
    missing: flagOf(`${where}.missing`, missing),
    mean: finiteOf(`${where}.mean`, mean),
    deviation: deviationOf(`${where}.deviation`, deviation),
  };
  if (role === 'number') return { ...common, role, decimal: choiceOf(`${where}.decimal`, rest['decimal'], ['.', ',']) };
  const order = choiceOf(`${where}.order`, rest['order'], ['day', 'month']);
  return { ...common, role, order, timed: flagOf(`${where}.timed`, rest['timed']) };
}

function readWords(where: string, value: unknown): CategorySpec | TargetSpec {
  const { name, fill, missing, unknown, levels, rare, means, prior } = fieldsOf(where, value, [
    ...WORDS,
    ...(isPlain(value) && 'means' in value ? ['means', 'prior'] : ['rare']),
  ]);
  const common = {
    name: textOf(`${where}.name`, name),
    role: 'category' as const,
    fill: textOf(`${where}.fill`, fill),
    missing: flagOf(`${where}.missing`, missing),
    unknown: choiceOf(`${where}.unknown`, unknown, ['error', 'other']),
    levels: listOf(`${where}.levels`, levels, textOf),
  };
  if (means === undefined) return { ...common, rare: listOf(`${where}.rare`, rare, textOf) };
  const center = listOf(`${where}.prior`, prior, finiteOf);
  const table = listOf(`${where}.means`, means, (at, row) => {
    const numbers = listOf(at, row, finiteOf);
    if (numbers.length !== center.length) refuse(FormatError, at, `${center.length} numbers`, numbers.length);
    return numbers;
  });
  if (table.length !== common.levels.length)
    refuse(FormatError, `${where}.means`, `${common.levels.length} entries`, table.length);
  return { ...common, means: table, prior: center };
}

/** What was fitted of a column. @throws FormatError */
export function readColumn(where: string, value: unknown): ColumnSpec {
  const given: unknown = isPlain(value) ? value['role'] : undefined;
  const role = choiceOf(`${where}.role`, given, ['number', 'date', 'category', 'ignore']);
  if (role === 'category') return readWords(where, value);
  if (role !== 'ignore') return readNumeric(where, value, role);
  return { name: textOf(`${where}.name`, fieldsOf(where, value, ['name', 'role'])['name']), role };
}

function classOf(where: string, value: unknown): ClassName {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return finiteOf(where, value);
}

/** What was fitted of a label. @throws FormatError */
export function readLabel(where: string, value: unknown): LabelSpec {
  const hasClasses = isPlain(value) && 'classes' in value;
  const fields = hasClasses ? ['name', 'classes'] : ['name', 'decimal', 'mean', 'deviation'];
  const { name: given, classes, decimal, mean, deviation } = fieldsOf(where, value, fields);
  const name = textOf(`${where}.name`, given);
  if (hasClasses) return { name, classes: listOf(`${where}.classes`, classes, classOf) };
  return {
    name,
    decimal: choiceOf(`${where}.decimal`, decimal, ['.', ',']),
    mean: finiteOf(`${where}.mean`, mean),
    deviation: deviationOf(`${where}.deviation`, deviation),
  };
}
