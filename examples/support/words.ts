const SMALL = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** A whole number from 0 to 9999 in English: `forty-two`, `seven hundred eleven`, `one thousand`. */
export function inWords(n: number): string {
  const parts = (unit: string, size: number): string =>
    `${inWords(Math.floor(n / size))} ${unit}${n % size ? ` ${inWords(n % size)}` : ''}`;
  if (n >= 1000) return parts('thousand', 1000);
  if (n >= 100) return parts('hundred', 100);
  if (n < 20) return SMALL[n] ?? '';
  return `${TENS[Math.floor(n / 10) - 2]}${n % 10 ? `-${SMALL[n % 10]}` : ''}`;
}
