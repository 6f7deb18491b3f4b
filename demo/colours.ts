export type Colour = readonly [red: number, green: number, blue: number];

/** A colour of the style sheet, which writes them as #rgb or #rrggbb. */
export function colour(name: string): Colour {
  const digits = getComputedStyle(document.documentElement).getPropertyValue(name).trim().slice(1);
  const size = digits.length / 3;
  const part = (i: number): number => parseInt(digits.slice(i * size, (i + 1) * size).padEnd(2, digits[i * size]), 16);
  return [part(0), part(1), part(2)];
}

export const css = ([red, green, blue]: Colour): string => `rgb(${red} ${green} ${blue})`;
