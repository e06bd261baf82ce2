/** What the demo page says, in both languages; a missing one fails the type check. */
import type { Language } from '../kit/formats';

const ja = {
  title: 'デモの街',
  intro: '本物のメーターの代わりに動く街です。スマートフォンの画面と並べてお使いください。',
  now: '街の時刻',
  rate: '時の速さ',
  phone: 'スマートフォンの画面を開く',
  address: 'スマートフォンから開くアドレス',
  open: (label: string) => `スマートフォンの画面を開く（${label}）`,
  qr: (label: string) => `${label} のQR`,
  outlets: 'コンセント',
  plug: '差す',
  plugs: { car: '車', bike: 'バイク', kettle: 'ポット' },
  nothing: '何も差していません',
  unplug: '抜く',
  link: { up: '通信あり', cut: '通信なし' },
  cut_link: '通信を切る',
  mend_link: '通信を直す',
  power: { on: '電気あり', off: '停電' },
  cut_power: '停電させる',
  restore_power: '復旧させる',
  switch: { open: 'スイッチ切', closed: 'スイッチ入' },
  mails: '届いたメール',
  noMail: 'まだ届いていません。領収書のメールは、ここに届きます。',
  to: '宛先',
  lost: 'サーバーの返事がありません。つながると自動で続きます。',
  failed: '伝えられませんでした。もう一度押してください。',
};

export type DemoWords = typeof ja;

const en: DemoWords = {
  title: 'The demo street',
  intro: 'This street stands in for real meters. Keep it beside the phone’s screen.',
  now: 'Street time',
  rate: 'Speed of time',
  phone: 'Open the phone screen',
  address: 'Address for a phone',
  open: (label) => `Open the phone screen (${label})`,
  qr: (label) => `QR of ${label}`,
  outlets: 'Outlets',
  plug: 'Plug in',
  plugs: { car: 'Car', bike: 'Bike', kettle: 'Kettle' },
  nothing: 'Nothing plugged in',
  unplug: 'Unplug',
  link: { up: 'Link up', cut: 'Link cut' },
  cut_link: 'Cut the link',
  mend_link: 'Mend the link',
  power: { on: 'Power on', off: 'Power out' },
  cut_power: 'Cut the power',
  restore_power: 'Restore the power',
  switch: { open: 'Switch open', closed: 'Switch closed' },
  mails: 'Mail received',
  noMail: 'None yet. Mails with receipts arrive here.',
  to: 'To',
  lost: 'The server does not answer. This goes on by itself when it does.',
  failed: 'It could not be passed on. Press again.',
};

export const DEMO_WORDS: Record<Language, DemoWords> = { ja, en };
