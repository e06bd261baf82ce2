/** 日本語: うまくいかなかったとき. 何が起きたか、いくらかかったか、次にどうするか. */

export const problems = {
  support: (reference: string) => `お問い合わせの番号　${reference}`,
  free: '請求はありません。',
  said: {
    'no-answer': {
      title: 'サーバーの返事がありません',
      text: '電波の届く場所で、もう一度お試しください。選んだ内容は覚えています。',
    },
    unreadable: {
      title: 'いまは使えません',
      text: 'サーバーの調子が悪いようです。少し待って、もう一度お試しください。',
    },
    'unknown-outlet': {
      title: 'この番号のコンセントはありません',
      text: 'シールの番号と見くらべてください。',
    },
    'mistyped-code': {
      title: '番号が違うようです',
      text: 'シールの番号と見くらべてください。',
    },
    'too-many-tries': {
      title: '番号の確認が続いたため、少し休みます',
      text: 'しばらくしてから、もう一度お試しください。',
    },
    'outlet-busy': {
      title: 'ひと足違いで使用中になりました',
      text: 'ほかの方が先に始めました。空くのを待つか、となりをお試しください。',
    },
    'outlet-without-power': {
      title: 'ここは停電しています',
      text: 'あなたの操作やお車のせいではありません。',
    },
    'outlet-faulty': {
      title: 'このコンセントは使えません',
      text: '施設が止めているか、故障の知らせが出ています。となりのコンセントをお試しください。',
    },
    'outlet-unreachable': {
      title: 'メーターの返事がありません',
      text: '使えるかどうか、いまはわかりません。',
    },
    'amount-out-of-bounds': {
      title: 'この量は選べません',
      text: '選べる量が変わったようです。量を選び直してください。',
    },
    'not-offered': {
      title: 'この電気は、いま選べません',
      text: '扱いが変わったようです。電気を選び直してください。',
    },
    'unknown-quote': {
      title: '値段の控えが見つかりません',
      text: 'もう一度、値段を確かめます。',
    },
    'quote-used': {
      title: 'この充電は、もう始まっています',
      text: '充電の画面は、履歴からも開けます。',
    },
    'quote-expired': {
      title: '値段の期限が過ぎました',
      text: 'もう一度押すと、いまの値段を確かめてから進みます。',
    },
    'unknown-session': {
      title: 'この充電は見つかりません',
      text: '始めたスマートフォンとブラウザーで開いてください。',
    },
    'not-settled': {
      title: '領収書はまだです',
      text: '計算が終わると出ます。',
    },
    'no-page': {
      title: 'このページはありません',
      text: 'アドレスをお確かめください。',
    },
    other: {
      title: 'うまくいきませんでした',
      text: '少し待って、もう一度お試しください。',
    },
  },
  waitFor: (length: string) => `あと ${length}で、もう一度お試しいただけます。`,
  position: (n: number) => `${n}文字目をもう一度ごらんください。`,
};
