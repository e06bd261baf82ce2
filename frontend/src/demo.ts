/** The demo page's entry: the language of the cookie, else the browser's. */
import { mount } from 'svelte';
import './styles/all.css';
import './styles/demo.css';
import Street from './demo/Street.svelte';
import { learn, speak, spokenHere } from './words/speech.svelte';

const target = document.getElementById('demo');
if (!target) throw new Error('the page has no place for the street');
await Promise.all([speak(spokenHere()), learn('further')]);
mount(Street, { target });
