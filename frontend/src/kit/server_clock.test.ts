import { describe, expect, test } from 'vitest';
import { type Anchor, anchored, serverAt } from './server_clock.svelte';

const after = (...answers: [server_ms: number, local_ms: number][]): Anchor | null =>
  answers.reduce<Anchor | null>((anchor, [server, local]) => anchored(anchor, server, local), null);

describe('the server’s time', () => {
  test('is the phone’s own until the server has spoken', () => {
    expect(serverAt(null, 1_000)).toBe(1_000);
  });

  test('goes on from the last answer at the phone’s pace', () => {
    expect(serverAt(after([500_000, 1_000]), 4_000)).toBe(503_000);
  });

  test('is not thrown off by an answer that was a second on its way', () => {
    const anchor = after([500_000, 1_000], [503_000, 5_000], [506_900, 8_000]);
    expect(anchor?.pace).toBe(1);
  });

  test('runs faster on a street that does, however often it is told', () => {
    const often = Array.from({ length: 40 }, (_, i) => [i * 6_000, i * 100] as [number, number]);
    const anchor = after(...often);
    expect(anchor?.pace).toBeCloseTo(60, 0);
    expect(serverAt(anchor, 4_900) - serverAt(anchor, 3_900)).toBeCloseTo(60_000, -2);
  });

  test('returns to the phone’s pace when the street does', () => {
    expect(after([0, 0], [120_000, 2_000], [122_000, 4_000])?.pace).toBe(1);
  });

  test('does not go back because one answer overtook another', () => {
    const anchor = after([10_000, 1_000], [10_500, 1_500], [10_200, 1_600]);
    expect(serverAt(anchor, 1_600)).toBeGreaterThanOrEqual(10_600);
  });
});
