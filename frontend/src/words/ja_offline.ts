/** 日本語: つながらないとき、知らせ、新しい版. */

export const offline = {
  tag: '古い',
  was: {
    authorising: 'お支払いを確認していました',
    starting: '電気を入れるところでした',
    charging: '充電中でした',
    interrupted: '停電で中断していました',
    idle: '電気が流れていませんでした',
    paused: '再開を待っていました',
    resuming: '再開しているところでした',
    link_lost: 'メーターの返事を待っていました',
    stopping: '止めているところでした',
    settling: '計算していました',
    settled: '終わりました',
    cancelled: 'やめました',
    refused: 'お支払いが済みませんでした',
    start_failed: '始められませんでした',
  },
  then: (at: string, was: string) => `${at} には、${was}。`,
  changed: 'そのあと変わったかもしれません。',
  list: 'つながっていません。下は、このスマートフォンが最後に聞いた様子です。',
  charged: '充電した量',
  meter: 'メーターの数字',
  noMore: '量は、つながると追加できます。',
  notYet: 'まだ止まっていません',
  notYetText: 'サーバーに伝わっていません。つながりしだい、自動で伝えます。',
};

export const newer = {
  title: '新しい版があります',
  take: '新しくする',
};

export const tell = {
  offer: '終わったら知らせる',
  offerPower: '電気が戻ったら知らせる',
  what: '終わったとき、止まったとき、電気が流れていないときに、このスマートフォンへ知らせます。',
  whatPower: '電気が戻ったとき、終わったときに、このスマートフォンへ知らせます。',
  asking: 'スマートフォンの設定を確かめています',
  on: '知らせます',
  onText: '画面を閉じても届きます。もう一度押すと、やめます。',
  denied: 'このスマートフォンでは、知らせが止められています',
  deniedText: 'ブラウザーの設定で、このサイトの「通知」を許すと届きます。',
  failed: '知らせの用意ができませんでした。もう一度押してください。',
  homeScreen: 'ホーム画面に追加すると、知らせが届きます',
  share: '共有ボタンを押します。',
  add: '「ホーム画面に追加」を選びます。',
  open: 'ホーム画面のKonsentoを開き、もう一度ここを押します。',
};
