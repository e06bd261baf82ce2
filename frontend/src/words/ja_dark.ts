/** 日本語: 停電で中断した充電と、電気が戻ったあと. */

export const dark = {
  title: '停電で中断しています',
  beside: 'Paused by a power outage',
  /** Never more than is known of where the power is out. */
  because: {
    area: '地域の停電です。あなたの操作やお車のせいではありません。',
    outlet: 'このコンセントだけ、電気が来ていません。まわりは停電していません。',
    unknown: 'コンセントに電気が来ていません。地域の停電かどうかは、まだわかりません。',
  },
  expected: '復旧の見込み',
  about: (at: string) => `${at} ごろ`,
  unknownYet: '未定',
  whenKnown: 'わかりしだい、ここに出します',
  nextWord: (at: string) => `次のお知らせ ${at}`,
  overdue: (at: string) => `見込みの ${at} を過ぎました。新しい見込みは、わかりしだい出します。`,
  since: '停電した時刻',
  ago: (length: string) => `（${length}前）`,
  rest: '残り',
  free: '停電中は料金がかかりません。',
  next: '電気が戻ったら、続きから充電するか、ここで終わるかを選べます。新しいお支払いはいりません。',
  until: (at: string) =>
    `${at} までに戻らないと自動で終わり、ここまでの分だけを請求します。`,
  timeGoesOn: (left: string) => `選んだ時間は、停電の間も進みます（あと ${left}）。`,
  end: (sum: string) => `ここで終わる（${sum}）`,
  endNow: 'ここで終わる',
  endFree: 'ここで終わる（請求なし）',
  ask: {
    title: 'ここで終わりますか',
    text: (sum: string) => `ここまでの ${sum}だけを請求します。終わると、続きからは始められません。`,
    freeText: (sum: string) =>
      `ここまでの ${sum}は、カード会社の最低額に届かないため請求しません。終わると、続きからは始められません。`,
    wait: '電気が戻るのを待つ',
    no: 'まだ終わらない',
  },
  back: {
    title: '電気が戻りました',
    beside: 'Power is back',
    text: '続きから充電できます。新しいお支払いはいりません。押すまで、電気は流れません。',
    until: '選べるのは',
    till: (at: string) => `${at} まで`,
    else: '選ばないと自動で終わり、ここまでの分だけを請求します。',
    resume: '続きから充電',
    resumeRest: (rest: string) => `続きから充電（残り ${rest}）`,
  },
  /** Switching on again after an outage: many outlets do, one after another. */
  turn: '停電のあとは、コンセントの電気を順番に入れます。少し時間がかかることがあります。',
  resumed: '充電を再開しました',
  resumedBeside: 'Charging again',
};
