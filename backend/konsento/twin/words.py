"""The hosted page's sentences, in Japanese and English."""

from typing import Literal

Language = Literal["ja", "en"]

BANNER = "サンドボックス：実際の請求は発生しません"

WORDS: dict[Language, dict[str, str]] = {
    "ja": {
        "banner_more": "本物のカード番号は入力しないでください。",
        "title": "お支払い",
        "hold_note": "カードの利用枠をこの金額まで確保します。請求はご利用が確定した分だけです。",
        "pay_note": "この金額をお支払いいただきます。",
        "number": "カード番号",
        "number_hint": "テスト用の番号だけが使えます。",
        "pay": "支払う",
        "back": "戻る",
        "tests": "テストカード",
        "approved": "承認されます",
        "generic": "拒否されます",
        "funds": "残高不足になります",
        "proof": "本人認証を求められます",
        "proof_always": "保存しても毎回、本人認証を求められます",
        "later": "一度は承認され、保存すると次から拒否されます",
        "proof_title": "本人認証（3Dセキュア）",
        "proof_note": "カード会社があなたご自身の操作かどうかを確かめています。",
        "approve": "承認する",
        "refuse": "承認しない",
        "over_title": "このお支払いページの期限が切れました",
        "over_note": "カードへの請求はありません。もう一度お手続きください。",
        "unknown_title": "お支払いページが見つかりません",
        "unknown_note": "リンクが正しいかご確認ください。",
        "mistyped": "カード番号が正しくありません。",
        "not_a_test_card": "使えるのはテスト用のカード番号だけです。番号は保存していません。",
        "generic_decline": "カードが拒否されました。別のカードをお試しください。",
        "insufficient_funds": "カードの残高または利用枠が足りません。別のカードをお試しください。",
        "expired_card": "カードの有効期限が切れています。別のカードをお試しください。",
        "payment_intent_authentication_failure": (
            "本人認証ができませんでした。別のカードをお試しください。"
        ),
    },
    "en": {
        "banner_more": "SANDBOX: no money is charged. Do not type a real card number.",
        "title": "Payment",
        "hold_note": "This amount is reserved on your card. You are charged only for what you use.",
        "pay_note": "You pay this amount.",
        "number": "Card number",
        "number_hint": "Only test numbers work here.",
        "pay": "Pay",
        "back": "Back",
        "tests": "Test cards",
        "approved": "is approved",
        "generic": "is declined",
        "funds": "has insufficient funds",
        "proof": "asks for authentication",
        "proof_always": "asks for authentication every time, saved or not",
        "later": "is approved once, and declined from then on when saved",
        "proof_title": "Authentication (3-D Secure)",
        "proof_note": "The card's issuer wants to know whether this is really you.",
        "approve": "Approve",
        "refuse": "Refuse",
        "over_title": "This payment page has expired",
        "over_note": "Your card was not charged. Please start again.",
        "unknown_title": "No such payment page",
        "unknown_note": "Please check the link.",
        "mistyped": "This card number is not valid.",
        "not_a_test_card": "Only test card numbers work in the sandbox. The number was not kept.",
        "generic_decline": "The card was declined. Please try another card.",
        "insufficient_funds": "The card has insufficient funds. Please try another card.",
        "expired_card": "The card has expired. Please try another card.",
        "payment_intent_authentication_failure": "Authentication failed. Please try another card.",
    },
}


def language_of(locale: str, accept_language: str) -> Language:
    """The page's language: what the session says, or else what the browser prefers first."""
    wanted = accept_language.strip().lower() if locale == "auto" else locale
    return "ja" if wanted.startswith("ja") else "en"
