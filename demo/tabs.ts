import { tabOf } from './training/link.js';

/** The page's tabs, by pointer, arrow keys, Home and End. The address names the one that is open. */
export function setUpTabs(opened: (name: string) => void): void {
  const tabs = Array.from(document.querySelectorAll<HTMLButtonElement>('[role=tab]'));
  const nameOf = (tab: HTMLButtonElement): string => tab.getAttribute('aria-controls') ?? '';

  const open = (chosen: HTMLButtonElement): void => {
    for (const tab of tabs) {
      const selected = tab === chosen;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
      document.getElementById(nameOf(tab))?.toggleAttribute('hidden', !selected);
    }
    opened(nameOf(chosen));
  };

  const go = (to: HTMLButtonElement | undefined): void => {
    if (!to) return;
    history.replaceState(null, '', `#${nameOf(to)}`);
    open(to);
    to.focus();
  };

  tabs.forEach((tab, i) => {
    tab.addEventListener('click', () => go(tab));
    tab.addEventListener('keydown', ({ key }) => {
      if (key === 'ArrowRight') go(tabs[(i + 1) % tabs.length]);
      else if (key === 'ArrowLeft') go(tabs.at(i - 1));
      else if (key === 'Home') go(tabs[0]);
      else if (key === 'End') go(tabs.at(-1));
    });
  });

  const named = tabs.find((tab) => nameOf(tab) === tabOf(location.hash));
  // A link that is followed on the page itself
  addEventListener('hashchange', () => location.reload());
  const first = named ?? tabs[0];
  if (first) open(first);
}
