// Options that all pictures have, and checks of what pictures are made from.
import { finiteNumber, isPlain, knownOptions, listLike, oneOf, show } from '../core/checks.js';
import { DisposedError, NonFiniteError, refuse, ShapeError } from '../core/errors.js';
import { flatValues } from '../data/rows.js';
import { InferenceModel } from '../models/inferenceModel.js';

/** `'auto'`: as the reader's system is, light or dark. */
export type Theme = 'auto' | 'light' | 'dark';

/** Options of every picture. */
export interface PictureOptions {
  readonly title?: string | undefined;
  /** Colours. Default `'auto'`: light or dark as the reader's system is. */
  readonly theme?: Theme | undefined;
}

/** Options of pictures with axes. */
export interface ChartOptions extends PictureOptions {
  /** Width of a chart in pixels, 160 to 4000. */
  readonly width?: number | undefined;
  /** Height of a chart in pixels, 120 to 4000. */
  readonly height?: number | undefined;
}

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** A string. */
export function stringOf(where: string, what: string, value: unknown): string {
  if (typeof value !== 'string') refuse(TypeError, where, `${what} to be a string`, show(value));
  return value;
}

export const themeOf = (where: string, theme: unknown = 'auto'): Theme => oneOf(where, 'theme', theme, THEMES);

/** Checks options of a picture; `more` are the names of its own. */
export function pictureOptions(
  where: string,
  options: PictureOptions,
  title: string,
  more: readonly string[] = [],
): { readonly title: string; readonly theme: Theme } {
  knownOptions(where, options, ['title', 'theme', ...more]);
  return { title: stringOf(where, 'title', options.title ?? title), theme: themeOf(where, options.theme) };
}

export interface Size {
  readonly width?: number;
  readonly height?: number;
}

/** Width and height of a chart, if given. */
export function sizeOptions(where: string, { width, height }: Omit<ChartOptions, 'title' | 'theme'>): Size {
  return {
    ...(width !== undefined && { width: finiteNumber(where, 'width', width, { min: 160, max: 4000 }) }),
    ...(height !== undefined && { height: finiteNumber(where, 'height', height, { min: 120, max: 4000 }) }),
  };
}

/** Names of classes or categories: strings, or numbers as text. */
export function labelsOf(where: string, labels: unknown, least: number): string[] {
  if (typeof labels === 'string' || !isListLike(labels))
    refuse(TypeError, where, 'labels to be an array', show(labels));
  listLike(where, 'labels', labels);
  if (labels.length < least) refuse(ShapeError, where, `${least} labels`, labels.length);
  if (labels.length > MOST_LABELS) refuse(RangeError, where, `at most ${MOST_LABELS} labels`, labels.length);
  return Array.from(labels, (label, i) =>
    typeof label === 'number' ? String(label) : stringOf(where, `labels[${i}]`, label),
  );
}

const MOST_LABELS = 2 ** 20;

function isListLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === 'object' && value !== null && 'length' in value;
}

/** A model that has not been disposed. */
export function liveModel(where: string, model: unknown): InferenceModel {
  if (!(model instanceof InferenceModel)) refuse(TypeError, where, 'a model', show(model));
  if (model.disposed) refuse(DisposedError, where, 'a live model', 'one after dispose()');
  return model;
}

/** The values of these keys, all of which the object must have. */
export function partsOf(where: string, value: unknown, keys: readonly string[]): readonly unknown[] {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject || keys.some((key) => !(key in value)))
    refuse(TypeError, where, `an object with ${keys.join(' and ')}`, show(value));
  if (isPlain(value)) knownOptions(where, value, keys);
  return keys.map((key): unknown => Reflect.get(value, key));
}

/** One list of finite numbers: values [n] or [n, 1]. */
export function column(where: string, what: string, data: unknown): ArrayLike<number> {
  const { values, shape } = flatValues(where, data);
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1))
    refuse(ShapeError, where, `${what} of shape [n] or [n, 1]`, shape);
  return finiteValues(where, what, values);
}

export function finiteValues(where: string, what: string, values: ArrayLike<number>): ArrayLike<number> {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) refuse(NonFiniteError, where, `finite ${what}`, `${values[i]} at position ${i}`);
  return values;
}
