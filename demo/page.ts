/** The element of a kind that must be there. */
export function find<T extends Element>(kind: new () => T, selector: string, within: ParentNode = document): T {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`expected ${kind.name} at ${selector}`);
  return found;
}

/** Puts a copy of a template's content into an element. */
export function fill(target: Element, template: string): void {
  target.append(find(HTMLTemplateElement, `template#${template}`).content.cloneNode(true));
}

/** An element with classes and text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** A canvas to draw on. */
export function context(
  canvas: HTMLCanvasElement,
  options?: CanvasRenderingContext2DSettings,
): CanvasRenderingContext2D {
  const drawing = canvas.getContext('2d', options);
  if (!drawing) throw new Error('This browser cannot draw on a canvas.');
  return drawing;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const rounded = (share: number): string => `${Math.round(100 * share)} %`;
export const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** Offers bytes as a file. */
export function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
