/** How a charge ended, in one sentence: for the page's heading, and for who cannot see it. */
import type { Session } from '../api/types';
import { plain, yen } from '../kit/formats';
import { language, t } from '../words/speech.svelte';
import { billedYen, resultLook } from './session_view';

export function endTitle(session: Session): string {
  const { title } = resultLook(session);
  if (title !== 'done') return t().result[title];
  return t().result.done(plain(yen(billedYen(session), language()), language()));
}
