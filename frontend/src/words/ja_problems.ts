/** 日本語: うまくいかなかったとき. 何が起きたか、いくらかかったか、次にどうするか. */

export const problems = {
  support: (reference: string) => `お問い合わせの番号　${reference}`,
  free: '請求はありません。',
  said: {
    'no-answer': {
      title: 'サーバーの返事がありません',
      beside: 'The server does not answer',
      text: '電波の届く場所で、もう一度お試しください。選んだ内容は覚えています。',
    },
    unreadable: {
      title: 'いまは使えません',
      beside: 'This does not work right now',
      text: 'サーバーの調子が悪いようです。少し待って、もう一度お試しください。',
    },
    'unknown-outlet': {
      title: 'この番号のコンセントはありません',
      beside: 'There is no outlet with this code',
      text: 'シールの番号と見くらべてください。',
    },
    'mistyped-code': {
      title: '番号が違うようです',
      beside: 'This code does not check',
      text: 'シールの番号と見くらべてください。',
    },
    'too-many-tries': {
      title: '番号の確認が続いたため、少し休みます',
      beside: 'Too many codes in a row',
      text: 'しばらくしてから、もう一度お試しください。',
    },
    'outlet-busy': {
      title: 'ひと足違いで使用中になりました',
      beside: 'Somebody was a moment faster',
      text: 'ほかの方が先に始めました。空くのを待つか、となりをお試しください。',
    },
    'outlet-without-power': {
      title: 'ここは停電しています',
      beside: 'No power here',
      text: 'あなたの操作やお車のせいではありません。',
    },
    'outlet-faulty': {
      title: 'このコンセントは使えません',
      beside: 'This outlet is out of order',
      text: '施設が止めているか、故障の知らせが出ています。となりのコンセントをお試しください。',
    },
    'outlet-unreachable': {
      title: 'メーターの返事がありません',
      beside: 'The meter does not answer',
      text: '使えるかどうか、いまはわかりません。',
    },
    'amount-out-of-bounds': {
      title: 'この量は選べません',
      beside: 'This amount cannot be chosen',
      text: '選べる量が変わったようです。量を選び直してください。',
    },
    'not-offered': {
      title: 'この電気は、いま選べません',
      beside: 'This power cannot be chosen now',
      text: '扱いが変わったようです。電気を選び直してください。',
    },
    'unknown-quote': {
      title: '値段の控えが見つかりません',
      beside: 'The price note is gone',
      text: 'もう一度、値段を確かめます。',
    },
    'quote-used': {
      title: 'この充電は、もう始まっています',
      beside: 'This charge has already started',
      text: '充電の画面は、履歴からも開けます。',
    },
    'quote-expired': {
      title: '値段の期限が過ぎました',
      beside: 'The price is no longer held',
      text: 'もう一度押すと、いまの値段を確かめてから進みます。',
    },
    'unknown-session': {
      title: 'この充電は見つかりません',
      beside: 'This charge cannot be found',
      text: '始めたスマートフォンとブラウザーで開いてください。',
    },
    'not-settled': {
      title: '領収書はまだです',
      beside: 'No receipt yet',
      text: '計算が終わると出ます。',
    },
    'no-page': {
      title: 'このページはありません',
      beside: 'There is no such page',
      text: 'アドレスをお確かめください。',
    },
    other: {
      title: 'うまくいきませんでした',
      beside: 'That did not work',
      text: '少し待って、もう一度お試しください。',
    },
  },
  waitFor: (length: string) => `あと ${length}で、もう一度お試しいただけます。`,
  position: (n: number) => `${n}文字目をもう一度ごらんください。`,
};
