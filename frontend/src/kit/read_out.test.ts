import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import Voice from './Voice.svelte';
import { keepPlace } from './place';

afterEach(() => {
  cleanup();
  document.body.replaceChildren();
});

describe('what is read out', () => {
  const said = () => screen.getByRole('status').textContent;

  test('is a change of state, once, and no figure that ticks', async () => {
    const { rerender } = render(Voice, { text: '充電中。0.10 kWh', about: 'charging' });
    await tick();
    expect(said()).toBe('充電中。0.10 kWh');
    await rerender({ text: '充電中。0.20 kWh', about: 'charging' });
    expect(said()).toBe('充電中。0.10 kWh');
    await rerender({ text: '止めています', about: 'stopping' });
    expect(said()).toBe('止めています');
  });
});

describe('a reader on a page that changes', () => {
  const stand = () => {
    document.body.innerHTML = '<h1 tabindex="-1">題</h1><button>a</button><button>b</button>';
    const [gone, stays] = document.querySelectorAll('button');
    return { gone: gone as HTMLElement, stays: stays as HTMLElement };
  };

  test('is led to the title when what they were at is gone', async () => {
    const { gone } = stand();
    gone.focus();
    const kept = keepPlace();
    gone.remove();
    await kept;
    expect(document.activeElement?.tagName).toBe('H1');
  });

  test('stays where they are when it is not', async () => {
    const { gone, stays } = stand();
    stays.focus();
    const kept = keepPlace();
    gone.remove();
    await kept;
    expect(document.activeElement).toBe(stays);
  });
});
