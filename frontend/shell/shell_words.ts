/** The few words that stand in the page itself, before any script runs, and its manifest. */
import { en as enWords } from '../src/words/en.ts';
import { enCharging } from '../src/words/en_charging.ts';
import { enFurther } from '../src/words/en_further.ts';
import { type FirstWords, ja as jaWords } from '../src/words/ja.ts';
import { type ChargingWords, jaCharging } from '../src/words/ja_charging.ts';
import { type FurtherWords, jaFurther } from '../src/words/ja_further.ts';

export interface ShellWords {
  lang: string;
  title: string;
  description: string;
  noscript: string;
  /** The words that the page's own parts begin with. */
  first: FirstWords;
  enter: FurtherWords['enter'];
  history: ChargingWords['history'];
  manifest: string;
  manifest_of: (lang: string) => object;
}

interface ManifestWords {
  name: string;
  description: string;
  scan: string;
}

/** All of the mark lies inside the middle 80 %: one picture serves both purposes. */
const icon = (px: number, purpose: 'any' | 'maskable') => ({
  src: `/icons/icon-${px}.png`,
  sizes: `${px}x${px}`,
  type: 'image/png',
  purpose,
});

const manifest = (words: ManifestWords) => (lang: string) => ({
  id: '/',
  name: words.name,
  short_name: 'Konsento',
  description: words.description,
  lang,
  dir: 'ltr',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: '#f2f8f5',
  theme_color: '#006a41',
  icons: [icon(192, 'any'), icon(512, 'any'), icon(192, 'maskable'), icon(512, 'maskable')],
  shortcuts: [{ name: words.scan, url: '/scan', icons: [icon(192, 'any')] }],
});

export const ja: ShellWords = {
  lang: 'ja',
  title: 'Konsento',
  description: '駐車場のコンセントのQRを読み取って、電気自動車やバイクを充電します。',
  noscript: 'この画面を使うには、ブラウザーのJavaScriptを有効にしてください。',
  first: jaWords,
  enter: jaFurther.enter,
  history: jaCharging.history,
  manifest: 'manifest.webmanifest',
  manifest_of: manifest({
    name: 'Konsento コンセント充電',
    description: 'コンセントのQRを読み取って充電します。',
    scan: 'QRを読み取る',
  }),
};

export const en: ShellWords = {
  lang: 'en',
  title: 'Konsento',
  description: 'Scan the QR on an outlet to charge an electric car or bike.',
  noscript: 'This page needs JavaScript. Turn it on in your browser.',
  first: enWords,
  enter: enFurther.enter,
  history: enCharging.history,
  manifest: 'manifest.en.webmanifest',
  manifest_of: manifest({
    name: 'Konsento outlet charging',
    description: 'Scan the QR on an outlet to charge.',
    scan: 'Scan a QR',
  }),
};
