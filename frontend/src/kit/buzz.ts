/** What the hand feels, where the phone can: three patterns and no others. */

const PATTERNS = {
  /** A QR was read, a limit of the stepper reached. */
  tick: [10],
  /** Power is on. */
  on: [20, 40, 20],
  /** It has stopped. */
  stopped: [80],
} as const;

export function buzz(name: keyof typeof PATTERNS): void {
  navigator.vibrate?.([...PATTERNS[name]]);
}
