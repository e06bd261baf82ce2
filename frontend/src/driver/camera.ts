/** The phone's camera and what reads a QR in its picture. */

export type Torch = (on: boolean) => Promise<void>;

export interface Camera {
  stream: MediaStream;
  /**
   * What turns the light on and off; null where the camera has none. Some phones know it only
   * once the picture runs: then it is asked for again.
   */
  torch: () => Torch | null;
  close: () => void;
}

export type Refusal = 'refused' | 'missing';

/** Opens the camera at the back. Rejects with a `Refusal`. */
export async function openCamera(): Promise<Camera> {
  if (!navigator.mediaDevices?.getUserMedia) throw refusal('missing');
  const stream = await navigator.mediaDevices
    .getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    })
    .catch((fault: unknown) => {
      const name = fault instanceof DOMException ? fault.name : '';
      throw refusal(name === 'NotAllowedError' || name === 'SecurityError' ? 'refused' : 'missing');
    });
  return {
    stream,
    torch: () => torchOf(stream.getVideoTracks()[0]),
    close: () => stream.getTracks().forEach((each) => each.stop()),
  };
}

function torchOf(track: MediaStreamTrack | undefined): Torch | null {
  const able = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  if (!track || !able?.torch) return null;
  return (on) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
}

/** Whose settings the reader will find: Safari's and every other browser's on iOS, or Chrome's. */
export function cameraSteps(userAgent: string, touches: number): 'ios' | 'android' {
  const ipad = userAgent.includes('Macintosh') && touches > 1;
  return /iPhone|iPad|iPod/.test(userAgent) || ipad ? 'ios' : 'android';
}

class CameraRefusal extends Error {
  constructor(readonly why: Refusal) {
    super(why);
  }
}
const refusal = (why: Refusal) => new CameraRefusal(why);

export function refusalOf(fault: unknown): Refusal {
  return fault instanceof CameraRefusal ? fault.why : 'missing';
}

/** Reads the text of a QR in the video's present picture, or null. */
export type Reader = (video: HTMLVideoElement) => Promise<string | null>;

interface NativeDetector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type NativeMaker = {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats(): Promise<string[]>;
};

/** The browser's own reader where it has one, else ours, fetched only now. */
export async function makeReader(): Promise<Reader> {
  const Native = (globalThis as { BarcodeDetector?: NativeMaker }).BarcodeDetector;
  const formats = await Native?.getSupportedFormats().catch((): string[] => []);
  if (Native && formats?.includes('qr_code')) {
    const detector = new Native({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  return ownReader();
}

/** Longer side of the picture that is searched, in pixels: enough for a label at arm's length. */
const SEARCHED_PX_MAX = 800;

export async function ownReader(): Promise<Reader> {
  const { default: decodeQR } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    const { videoWidth: width, videoHeight: height } = video;
    if (!brush || width === 0) return null;
    const scale = Math.min(1, SEARCHED_PX_MAX / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = brush.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(picture);
    } catch {
      // Most pictures hold no QR at all; that is not worth telling apart from a blurred one.
      return null;
    }
  };
}
