/** 日本語: 施設の画面のうち、番号で探すところと、請求のあとに届いた値. */

export const jaCallers = {
  find: {
    title: '番号で探す',
    text: 'お電話の方に、画面の「お問い合わせの番号」を読んでもらってください。終わった充電も見つかります。',
    field: 'お問い合わせの番号（8文字）',
    search: '探す',
    searching: '探しています',
    none: (number: string) => `${number} の充電は、この施設にありません。`,
    noneText: '1文字ずつ聞き直してください。ほかの施設の充電は見えません。',
    ended: '終わった時刻',
    began: '始まった時刻',
    why: '終わったわけ',
    /** What can be said to a caller whose charge an outage interrupted. */
    tell: {
      interrupted:
        '「停電で中断しています。停電中は料金がかかりません。電気が戻ると、いまの画面で続きを選べます」とお伝えください。',
      power_back:
        '「電気が戻りました。いまの画面の『続きから充電』を押すと、続きから充電できます」とお伝えください。',
    },
    over: {
      settled: '終わりました',
      cancelled: '取りやめ',
      refused: '支払いなし',
      start_failed: '始められず',
    },
    reasons: {
      energy_limit: '選んだ量に達した',
      time_limit: '選んだ時間に達した',
      money_limit: '選んだ金額に達した',
      driver: 'ご本人が止めた',
      operator: '施設が止めた',
      no_load: 'プラグが差されなかった',
      load_gone: '電気が流れなくなった',
      link_lost: 'メーターの返事が途絶えた',
      power_lost: '停電した',
      start_failed: 'スイッチを入れられなかった',
      payment_expired: '支払われなかった',
    },
  },
  bills: {
    title: 'あとから届いた値',
    text: '請求のあとで、メーターが本当の値を伝えた充電です。新しいものから並びます。',
    none: 'ありません。どの請求も、メーターの値のとおりです。',
    heard: (when: string) => `${when} に届きました`,
    energy: (billed: string, used: string) => `請求 ${billed} → メーター ${used}`,
    unbilled: {
      title: (sum: string) => `${sum} を請求していません`,
      text: 'お客様には、あとから求めません。帳簿の「未請求」に残っています。することはありません。',
    },
    backDone: {
      title: (sum: string) => `${sum} をカードへ返しました`,
      text: '訂正した領収書を、お客様の画面に出しています。することはありません。',
    },
    backLowered: {
      title: (sum: string) => `請求を ${sum} 下げました`,
      text: 'まだ支払われていなかったので、返すお金はありません。することはありません。',
    },
    backOwed: {
      title: (sum: string) => `${sum} を返すところです`,
      text: '自動で返します。1日たってもこのままなら、システムの担当者に充電の番号を伝えてください。',
    },
  },
  number: (number: string) => `充電の番号 ${number}`,
  report: (number: string) => `受付の番号 ${number}`,
};

export type CallersWords = typeof jaCallers;
