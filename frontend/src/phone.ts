/** The phone's entry: speak the page's language, then draw. */
import { mount } from 'svelte';
import './styles/all.css';
import App from './driver/App.svelte';
import { startRouter } from './kit/router.svelte';
import { startBeat } from './kit/server_clock.svelte';
import { speak } from './words/speech.svelte';

const target = document.getElementById('phone');
if (!target) throw new Error('the page has no place for the phone');
await speak(document.documentElement.lang === 'en' ? 'en' : 'ja');
startRouter();
startBeat();
// The page's own first words stay until there is something to put in their place.
new MutationObserver((_, watch) => {
  if (!target.querySelector('.shell ~ :not(:has(main:empty))')) return;
  target.firstElementChild?.remove();
  watch.disconnect();
}).observe(target, { childList: true, subtree: true });
mount(App, { target });
// The first page stands: what makes an app of it may come now, in the background.
const settled = () => import('./driver/installed.svelte').then(({ install }) => install());
const idle = window.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 1_000));
const begin = () => idle(() => void settled().catch(() => {}), { timeout: 3_000 });
if (document.readyState === 'complete') begin();
else window.addEventListener('load', begin, { once: true });
