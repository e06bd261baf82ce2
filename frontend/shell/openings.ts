/**
 * What stands in a page before any script runs: the same shapes and words that it then draws.
 *
 * The page of an outlet that is free has slots, comments such as `<!--place-->`: the server fills
 * them with what it knows of the outlet, and leaves of the powers only the one that is offered
 * first (backend/konsento/assembly/offered.py).
 */
import { unbroken, unitPrice } from '../src/kit/figures.ts';
import { POWER_LOOK } from '../src/kit/power_look.ts';
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

const icon = (name: string) =>
  `<svg class="i" aria-hidden="true"><use href="#${name}"></use></svg>`;

/** The page's top in its language: its title where it has one of its own, else the house's name. */
export function top(page: PageName, words: ShellWords): string {
  const { first, enter, history } = words;
  if (page === 'offered') {
    const back = `<a class="ib" href="/" aria-label="${first.app.back}">${icon('back')}</a>`;
    const free = `<span class="tag" data-m="calm">${icon('ok')}${first.outlet.free}</span>`;
    return `${back}<h1><!--place--></h1>${free}`;
  }
  const title = { enter: enter.title, history: history.title, power: first.app.power }[
    page as string
  ];
  const mark = '<svg class="mark" aria-hidden="true"><use href="#mark"></use></svg>';
  return mark + (title ? `<h1>${title}</h1>` : '<p><b>Konsento</b></p>');
}

/** The page's first content in its language. */
export function opening(page: PageName, words: ShellWords): string {
  if (page === 'home') return home(words);
  if (page === 'welcome') return home(words) + how(words);
  if (page === 'outlet') return waiting(words.first.outlet.looking);
  if (page === 'offered') return offered(words);
  if (page === 'enter') return enter(words);
  return waiting(words.first.app.loading);
}

/** The page's bottom bar, where it begins with one. */
export function foot(page: PageName, { first }: ShellWords): string {
  if (page !== 'offered') return '';
  const sum = `<div><span class="dim">${first.choose.sum}</span><div class="skel mid"></div></div>`;
  const next = `<button class="btn" type="button" disabled>${first.choose.next}</button>`;
  return `<footer class="bar two">${sum}${next}</footer>`;
}

/** As Choose.svelte draws it, but for what the script reckons; a test compares the two. */
function offered({ lang, first }: ShellWords): string {
  const { outlet, choose, app } = first;
  const facts = dots(
    ['<!--volts--> V', `${outlet.upTo} <!--kilowatts--> kW`, '<!--hint-->'],
    app.gap,
  );
  const status = `<p class="vh" role="status">${outlet.looking}</p>`;
  const skeleton = '<div class="skel hi"></div>'.repeat(6) + '<div class="skel mid"></div>';
  const amount = `<div class="card" aria-hidden="true">${skeleton}</div>`;
  const price = unitPrice(0, lang === 'ja' ? 'ja' : 'en').replace('0', '<!--price-->');
  const powers = Object.entries(POWER_LOOK).map(([type, { icon: shape, tint }]) => {
    const name = first.power[type as keyof typeof POWER_LOOK];
    const said = dots([price, '<!--carbon--> gCO₂/kWh'], app.gap);
    const both = `<b>${name}</b><br> <span class="dim num">${said}</span>`;
    return `<!--if ${type}-->${row(shape, tint, both)}<!--end-->`;
  });
  const seller = `<b><!--retailer--></b><br> <span class="dim">${choose.owner}</span>`;
  const rows = `<div class="card rows">${powers.join('')}${row('co', '', seller)}</div>`;
  return `<p class="dim num">${facts}</p>${status}${amount}${rows}`;
}

const row = (shape: string, tint: string, both: string) =>
  `<div class="row"><i class="pip ${tint}">${icon(shape)}</i> <span>${both}</span> ${icon('go')}</div>`;

/** As Dots.svelte draws it. */
function dots(facts: readonly string[], gap: string): string {
  const each = facts.map((fact, i) => `<span>${i ? `<i>${gap}</i>` : ''}${unbroken(fact)}</span>`);
  return `<span class="dots">${each.join('')}</span>`;
}

const waiting = (sentence: string) => `<p role="status">${sentence}</p>${CARD}${CARD}`;

function enter({ enter: { intro, hint, paste } }: ShellWords): string {
  const field = '<div class="skel hi" aria-hidden="true"></div>';
  return `<p>${intro}</p>${field}<p class="dim">${hint}<br>${paste}</p>`;
}

function home({ first }: ShellWords): string {
  const { scan, scanBeside, enter } = first.home;
  const beside = scanBeside && `<br><span class="en" lang="en">${scanBeside}</span>`;
  const link = `<a class="scanme btn" href="/scan">${FRAME}<span>${scan.join('<wbr>')}${beside}</span></a>`;
  return `${link}<a class="btn quiet" href="/enter">${KEYS}${enter}</a>`;
}

/** Who comes for the first time reads how it works; whoever has charged sees that instead. */
function how({ first }: ShellWords): string {
  const steps = first.home.steps.map((step) => `<li><span>${step}</span></li>`).join('');
  return `<section class="card"><h2>${first.home.how}</h2><ol class="todo">${steps}</ol></section>`;
}
