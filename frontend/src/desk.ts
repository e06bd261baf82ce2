/** The desk's entry: the language of the cookie, else the browser's. */
import { mount } from 'svelte';
import './styles/all.css';
import './styles/desk.css';
import './styles/desk_board.css';
import './styles/desk_plan.css';
import Desk from './desk/Desk.svelte';
import { startBeat } from './kit/server_clock.svelte';
import { learn, speak, spokenHere } from './words/speech.svelte';

const target = document.getElementById('desk');
if (!target) throw new Error('the page has no place for the desk');
await Promise.all([speak(spokenHere()), learn('further')]);
startBeat();
target.replaceChildren();
mount(Desk, { target });
