import { find } from './page.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark now: as chosen, or else as the system is. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === undefined ? dark.matches : chosen === 'dark';
}

const listeners: (() => void)[] = [];

/** Calls a function whenever the theme changes, for pictures that have its colours in them. */
export function onTheme(listener: () => void): void {
  listeners.push(listener);
}

/** Lets the button switch between light and dark, and say to which; `changed` is called for what does not follow the style sheet. */
export function setUpTheme(changed: () => void): void {
  const button = find(HTMLButtonElement, '#theme');
  const show = (): void => {
    button.textContent = isDark() ? 'Light theme' : 'Dark theme';
    changed();
    for (const listener of listeners) listener();
  };
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // Where nothing may be stored, the choice holds until the page is left
    }
    show();
  });
  dark.addEventListener('change', show);
  show();
}
