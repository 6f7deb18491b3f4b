// Values as the console of Node shows them, more or less.

const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const MANY = 100;

function shortened(items: readonly string[], length: number): string[] {
  return length > items.length ? [...items, `... ${length - items.length} more`] : [...items];
}

function numbersOf(name: string, values: ArrayLike<number | bigint>): string {
  const items = Array.from({ length: Math.min(values.length, MANY) }, (_, i) => String(values[i]));
  return `${name}(${values.length}) [${shortened(items, values.length).join(', ')}]`;
}

function ownText(value: object): string | undefined {
  if (value instanceof Error) return String(value);
  // Tensors and others of the library show themselves so in Node
  if (INSPECT in value || value instanceof RegExp) return (value as { toString: () => string }).toString();
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return numbersOf(value.constructor.name, value as unknown as ArrayLike<number>);
  return undefined;
}

function listOf(value: object, within: readonly object[]): string {
  const show = (item: unknown): string => format(item, within);
  if (Array.isArray(value)) return `[${shortened(value.slice(0, MANY).map(show), value.length).join(', ')}]`;
  if (value instanceof Map)
    return `Map(${value.size}) {${[...value].map(([key, item]) => `${show(key)} => ${show(item)}`).join(', ')}}`;
  if (value instanceof Set) return `Set(${value.size}) {${[...value].map(show).join(', ')}}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  const name = prototype === null || prototype === Object.prototype ? '' : `${value.constructor.name} `;
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${show(item)}`);
  return fields.length === 0 ? `${name}{}` : `${name}{ ${fields.join(', ')} }`;
}

/** A value as text, strings with quotes. `within` are the objects around it. */
export function format(value: unknown, within: readonly object[] = []): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return `[Function ${value.name || '(anonymous)'}]`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (within.includes(value)) return '[Circular]';
  if (within.length > 5) return Array.isArray(value) ? '[...]' : '{...}';
  return ownText(value) ?? listOf(value, [...within, value]);
}
