/** 日本語: what is said from the start of a charge to its receipt. */
import { dark } from './ja_dark.ts';
import { help } from './ja_help.ts';
import { more } from './ja_more.ts';
import { newer, offline, tell } from './ja_offline.ts';
import { result, session } from './ja_session.ts';

export const jaCharging = {
  session,
  result,
  dark,
  more,
  help,
  offline,
  newer,
  tell,
  receipt: {
    title: '領収書',
    print: '印刷・PDFに保存',
    share: '送る',
    copied: '領収書の内容をコピーしました。',
    uncopied: 'コピーできませんでした。印刷・PDFに保存をお使いください。',
    paidBy: (card: string) => `${card} で支払い済み`,
    paid: '支払い済み',
    notCharged: '請求なし',
    unpaid: 'お支払いが済んでいません',
    unpaidYen: 'まだのお支払い',
    number: '番号',
    issued: '発行日',
    opening: 'メーター始め',
    closing: 'メーター終わり',
    used: '使った電気',
    billed: '請求する電力量',
    dark: '停電で止まっていた時間',
    unitPrice: '単価',
    taxable: (rate: number) => `${rate}% 対象`,
    tax: (sum: string, tax: string) => `${sum}（内 消費税 ${tax}）`,
    waived: '請求しない額',
    total: '合計',
    waivedText: 'カード会社の最低額に届かないため、この分は請求しません。',
    carbon: (power: string, carbon: string) => `${power}・CO₂ ${carbon}`,
    issuer: (name: string) => `発行 ${name}`,
    registration: (number: string) => `登録番号 ${number}`,
    corrects: (number: string) => `この領収書は ${number} に代わるものです。`,
    refunded: '返金',
    again: '同じコンセントでもう一度',
  },
  history: {
    title: '履歴',
    none: 'まだ充電はありません。',
    noneText: '終わった充電と領収書が、ここに並びます。',
    scan: 'QRを読み取って充電',
    live: '充電中のもの',
    past: 'これまで',
    further: (n: string) => `もっと見る（あと ${n} 件）`,
    only: 'このスマートフォンで始めた充電です。',
  },
};

export type ChargingWords = typeof jaCharging;
