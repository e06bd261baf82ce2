/** 日本語: 充電する量を追加する. */

export const more = {
  open: '量を追加',
  /** Where nothing flows: first it must, then there is something to add to. */
  later: '量は、電気が流れているあいだに追加できます。',
  title: '充電する量を追加',
  amounts: '追加する量',
  choose: '追加する量を選んでください',
  plus: (amount: string) => `＋${amount}`,
  same: (price: string) => `単価は ${price} のまま。充電は止まりません。`,
  total: '新しい上限',
  most: '追加の最大（税込）',
  quoting: '値段を確かめています',
  hold: (sum: string) => `${sum}を追加で確保する`,
  free: '無料で追加する',
  adding: '追加を伝えています',
  leaving: 'お支払いのページを開いています。お待ちください。',
  again: '値段をもう一度確かめる',
  pay: (sum: string) => `追加の ${sum}のお支払いへ`,
  /** Any other reason is the card company's own word for its refusal. */
  reasons: {
    session_over: 'その前に充電が終わりました。',
    too_late: 'その前に、いまの上限に達しました。',
    payment_expired: 'お支払いの期限が過ぎました。',
    declined: 'カード会社の承認がありませんでした。',
  },
  states: {
    authorising: {
      title: '追加のお支払いを確認しています',
      beside: 'Checking the payment for more',
      text: (_amount: string) => '充電は、いまの上限まで続きます。',
      unpaid: 'お支払いのページで確認すると、上限が上がります。充電は、いまの上限まで続きます。',
    },
    applying: {
      title: 'メーターに新しい上限を伝えています',
      beside: 'Telling the meter the new limit',
      text: (amount: string) => `${amount} の追加です。ふつう数秒で変わります。`,
    },
    added: {
      title: '追加しました',
      beside: 'Added',
      text: (amount: string) => `${amount} を足した新しい上限まで充電します。`,
    },
    refused: {
      title: '追加できませんでした',
      beside: 'It could not be added',
      text: (_amount: string) => '追加の請求はありません。充電は、前の上限まで続きます。',
    },
    cancelled: {
      title: '追加をやめました',
      beside: 'Nothing was added',
      text: (_amount: string) => '追加の請求はありません。充電は、前の上限まで続きます。',
    },
  },
};
