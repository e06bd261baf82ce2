/** What stands in a page before any script runs: the same shapes and words that it then draws. */
import type { PageName } from './phone_shells.ts';
import type { ShellWords } from './shell_words.ts';

/** As Home.svelte draws it; a test compares the two. */
const FRAME =
  '<svg viewBox="0 0 96 96" aria-hidden="true"><path d="M6 26V14a8 8 0 0 1 8-8h12M70 6h12a8 8 0 ' +
  '0 1 8 8v12M90 70v12a8 8 0 0 1-8 8H70M26 90H14a8 8 0 0 1-8-8V70"/><rect x="24" y="20" ' +
  'width="48" height="56" rx="9"/><path d="M40 34v12M56 36v8M40 56v12M56 58v8" ' +
  'stroke-width="5"/></svg>';
const KEYS =
  '<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><rect x="3" y="6" width="18" ' +
  'height="12" rx="2.5"/><path d="M7 10h.01M12 10h.01M17 10h.01M8 14h8"/></svg>';
const CARD =
  '<div class="card" aria-hidden="true"><div class="skel hi"></div><div class="skel hi"></div>' +
  '<div class="cols"><div class="skel"></div><div class="skel"></div><div class="skel"></div>' +
  '</div></div>';

/** The page's title in its language, where it has one of its own; else the house's name. */
export function top(page: PageName, { enter, history }: ShellWords): string {
  const title = { enter: enter.title, history: history.title }[page as string];
  return title ? `<h1>${title}</h1>` : '<p><b>Konsento</b></p>';
}

/** The page's first content in its language. */
export function opening(page: PageName, words: ShellWords): string {
  if (page === 'home') return home(words);
  if (page === 'welcome') return home(words) + how(words);
  if (page === 'outlet') return waiting(words.first.outlet.looking);
  if (page === 'enter') return enter(words);
  return waiting(words.first.app.loading);
}

const waiting = (sentence: string) => `<p role="status">${sentence}</p>${CARD}${CARD}`;

function enter({ enter: { intro, hint, paste } }: ShellWords): string {
  const field = '<div class="skel hi" aria-hidden="true"></div>';
  return `<p>${intro}</p>${field}<p class="dim">${hint}<br>${paste}</p>`;
}

function home({ first }: ShellWords): string {
  const { scan, scanBeside, enter } = first.home;
  const beside = scanBeside && `<span class="en" lang="en">${scanBeside}</span>`;
  const link = `<a class="scanme btn" href="/scan">${FRAME}<span>${scan.join('<wbr>')}</span>${beside}</a>`;
  return `${link}<a class="btn quiet" href="/enter">${KEYS}${enter}</a>`;
}

/** Who comes for the first time reads how it works; whoever has charged sees that instead. */
function how({ first }: ShellWords): string {
  const steps = first.home.steps.map((step) => `<li><span>${step}</span></li>`).join('');
  return `<section class="card"><h2>${first.home.how}</h2><ol class="todo">${steps}</ol></section>`;
}
