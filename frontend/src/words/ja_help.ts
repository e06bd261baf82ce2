/** 日本語: 困ったとき、ほかの端末で見る、控えを送る. */

export const help = {
  support: (number: string) => `お問い合わせの番号 ${number}`,
  report: {
    title: 'どんな問題ですか',
    kinds: {
      no_power: '電気が来ない',
      slow: '充電が遅い',
      damaged: 'コンセントが傷んでいる',
      blocked: 'ふさがっている',
      price: '料金がおかしい',
      other: 'そのほか',
    },
    words: 'くわしく（なくても送れます）',
    wordsHint: 'お名前や電話番号は書かないでください。',
    send: '施設に知らせる',
    sending: '送っています',
    sent: '施設に知らせました',
    sentBeside: 'The site has been told',
    sentText: 'ありがとうございます。担当者が確かめます。返事は届きません。',
    sentNumber: (number: string) => `受付の番号 ${number}`,
  },
  link: {
    open: 'ほかの端末で見る',
    title: 'ほかの端末で見る',
    text: 'この充電を、ほかのスマートフォンやパソコンでも見られます。',
    warn: 'リンクを知っている人は、この充電を止めることもできます。',
    making: 'リンクを作っています',
    qr: 'リンクのQR',
    share: 'リンクを送る',
    copy: 'リンクをコピー',
    copied: 'コピーしました。',
    uncopied: 'コピーできませんでした。下のリンクを長押しして選べます。',
  },
};
