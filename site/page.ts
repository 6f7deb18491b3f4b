// What every page of the site does: the choice of colours, lists that are open where there is room, and scrolling of
// wide content by keyboard.

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');

function isDark(): boolean {
  const chosen = root.dataset['theme'];
  return chosen === undefined ? dark.matches : chosen === 'dark';
}

function setUpTheme(button: HTMLButtonElement): void {
  const show = (): void => {
    button.textContent = isDark() ? 'Light' : 'Dark'; // what it switches to
    button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`);
  };
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    root.dataset['theme'] = theme;
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

/** A list of links is open where the page is at least as wide as it says. */
function openWhereWide(details: HTMLDetailsElement): void {
  const wide = matchMedia(`(min-width: ${details.dataset['open'] ?? ''})`);
  const show = (): void => {
    details.open = wide.matches;
  };
  wide.addEventListener('change', show);
  show();
}

/** What is wider than its place can be reached with the tab key, and has a name. */
function setUpScrolling(): void {
  const observer = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      const scrolls = target.scrollWidth > target.clientWidth;
      if (scrolls) {
        target.setAttribute('tabindex', '0');
        target.setAttribute('role', 'group');
        target.setAttribute('aria-label', target.matches('pre') ? 'Code' : 'Table');
      } else for (const name of ['tabindex', 'role', 'aria-label']) target.removeAttribute(name);
    }
  });
  for (const element of document.querySelectorAll('pre, .scroll')) observer.observe(element);
}

const theme = document.querySelector<HTMLButtonElement>('#theme-switch');
if (theme) setUpTheme(theme);
for (const details of document.querySelectorAll<HTMLDetailsElement>('details[data-open]')) openWhereWide(details);
setUpScrolling();
