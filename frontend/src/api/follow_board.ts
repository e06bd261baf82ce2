/**
 * Follows the desk's board over server-sent events. The server speaks every few seconds even
 * where nothing changes, so a stream that says nothing is dead, whatever the browser believes.
 */
import { BROWSER_STREAM, type StreamOutside, lasting } from './stream';
import type { Board } from './types';

/** Milliseconds of silence after which a stream is opened anew. */
export const SILENT_MS_MAX = 12_000;

export interface BoardTold {
  /** All outlets. */
  onBoard: (board: Board) => void;
  /** Those that changed; none when all is as it was. */
  onLines: (board: Board) => void;
  /** Whether changes come by themselves now. */
  onLink: (up: boolean) => void;
  /** The sign-in opens nothing any more. */
  onEnded: () => void;
}

export type BoardOutside = StreamOutside;
export const browserBoard: BoardOutside = BROWSER_STREAM;

/** Follows until `end` is called or the sign-in has ended. */
export function followBoard(url: string, told: BoardTold, outside: BoardOutside) {
  const down = () => {
    if (stream.ended) return;
    told.onLink(false);
    stream.reopen();
  };
  const heard = (tell: (board: Board) => void) => (event: MessageEvent<string>) => {
    if (stream.ended) return;
    stream.heard();
    told.onLink(true);
    tell(JSON.parse(event.data) as Board);
  };
  const stream = lasting(
    url,
    {
      silence_ms_max: SILENT_MS_MAX,
      silentWhileClosed: false,
      onSilence: down,
      onDown: () => told.onLink(false),
      onOpen: (mine) => {
        mine.addEventListener('board', heard(told.onBoard));
        mine.addEventListener('lines', heard(told.onLines));
        mine.addEventListener('goodbye', down);
        mine.addEventListener('ended', () => {
          if (stream.ended) return;
          stream.end();
          told.onEnded();
        });
      },
    },
    outside,
  );
  return { end: stream.end };
}
