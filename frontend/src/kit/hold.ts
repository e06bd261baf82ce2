/** A button that goes on while it is held; a tap, a key or a switch device is one step as ever. */

/** Milliseconds a press lasts before it repeats, and between two repeats. */
const HELD_MS = 450;
const EVERY_MS = 110;

/** Attaches to a button: `act` for a click, and again and again while a finger stays on it. */
export function held(act: () => void) {
  return (button: HTMLButtonElement) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let repeated = false;
    const again = () => {
      if (button.disabled) return stop();
      repeated = true;
      act();
      timer = setTimeout(again, EVERY_MS);
    };
    const stop = () => {
      clearTimeout(timer);
      timer = undefined;
    };
    const down = (event: PointerEvent) => {
      stop();
      repeated = false;
      if (event.button === 0) timer = setTimeout(again, HELD_MS);
    };
    // The click that ends a long press has been acted on already.
    const click = () => {
      stop();
      if (!repeated) act();
      repeated = false;
    };
    const leaves = ['pointerup', 'pointerleave', 'pointercancel', 'blur'] as const;
    button.addEventListener('pointerdown', down);
    button.addEventListener('click', click);
    leaves.forEach((name) => button.addEventListener(name, stop));
    return () => {
      stop();
      button.removeEventListener('pointerdown', down);
      button.removeEventListener('click', click);
      leaves.forEach((name) => button.removeEventListener(name, stop));
    };
  };
}
