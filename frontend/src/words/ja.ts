/** 日本語: what the first pages say; the shape of this object is what other languages fill. */
import type { AidWords } from './ja_aid';
import type { ChargingWords } from './ja_charging';
import type { FurtherWords } from './ja_further';
import type { SupplyWords } from './ja_supply';

export const ja = {
  language: {
    other: 'EN',
    otherCode: 'en' as 'ja' | 'en',
    switchTo: 'EN: English',
  },
  app: {
    menu: 'メニュー',
    charge: '充電',
    power: 'うちの電気',
    history: '履歴',
    back: '戻る',
    cancel: 'やめる',
    close: '閉じる',
    home: 'ホームへ',
    tryAgain: 'もう一度',
    loading: '読み込んでいます',
    slow: '電波が弱いようです。このままお待ちください。',
    gap: '・',
    report: '問題を知らせる',
    notOpened: 'この画面を開けませんでした。電波の届く場所で、もう一度お試しください。',
    actFailed: '伝えられませんでした。電波の届く場所で、もう一度押してください。',
  },
  home: {
    title: 'Konsento',
    scan: ['コンセントのQRを', '読み取って充電'] as readonly string[],
    scanBeside: 'Scan an outlet to charge',
    enter: '番号を入力',
    last: '前回の充電',
    how: '使い方',
    steps: [
      'コンセントのシールのQRを読み取ります。',
      '量を選び、最大の金額を確保します。',
      'プラグを差すと充電が始まります。請求は、はかった分だけです。',
    ] as readonly string[],
    trademark: 'QRコードは株式会社デンソーウェーブの登録商標です。',
  },
  outlet: {
    looking: 'コンセントを調べています',
    kept: '番号は覚えています。',
    upTo: '最大',
    free: '空き',
  },
  choose: {
    title: '充電する量',
    by: '量の決め方',
    energy: 'kWh',
    time: '時間',
    money: '金額',
    less: '減らす',
    more: '増やす',
    lessBy: (step: string) => `${step} 減らす`,
    moreBy: (step: string) => `${step} 増やす`,
    field: { energy: '充電する量（kWh）', time: '充電する時間（分）', money: '使う金額（円）' },
    suffix: { energy: 'kWh', time: '分', money: '円' },
    fitted: (value: string) => `選べる量に合わせて ${value} にしました。`,
    least: (sum: string) => `カードで確保できるのは ${sum}からです。`,
    amount: '量',
    about: '時間の目安',
    range: '走れる目安',
    prices: '値段',
    unitPrice: '1 kWhあたり',
    hourly: '1時間で約',
    presets: 'よく使う量',
    preset: {
      bike: 'バイク満充電 1.5 kWh',
      far: '＋20 km',
      shopping: '買い物の間 2時間',
      night: 'ひと晩 8時間',
    },
    owner: 'このコンセントの電力会社',
    notOwner: '契約のある電力会社',
    sum: '最大（税込）',
    next: '支払いへ進む',
  },
  power: {
    solar: '太陽光',
    wind: '風力',
    hydro: '水力',
    geothermal: '地熱',
    other: 'その他',
  },
};

/** What every language must say on the first pages, with the same places to fill. */
export type FirstWords = typeof ja;
/** All that a language says; the others come with the pages that say them. */
export type Words = FirstWords & FurtherWords & ChargingWords & SupplyWords & AidWords;
