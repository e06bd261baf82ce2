"""What stands on the pages of 'My power', in the two languages a customer may read."""

from collections.abc import Mapping

import msgspec

from e2e.people.speech import Language


class PowerSpeech(msgspec.Struct, frozen=True, kw_only=True):
    """The visible names that a customer's hands look for."""

    smid: str
    customer_number: str
    postal_code: str
    email: str
    to_registration: str
    register: str
    registered: str
    see_power: str
    power_on: str
    confirm: str
    confirmed: str
    tell_phone: str
    still_out: str
    asked: str


POWER_SPEECH: Mapping[Language, PowerSpeech] = {
    "ja": PowerSpeech(
        smid="メーターの番号",
        customer_number="お客様番号",
        postal_code="郵便番号",
        email="メールアドレス",
        to_registration="メーターを登録",
        register="登録してお知らせを受ける",
        registered="登録しました",
        see_power="うちの電気を見る",
        power_on="電気は来ています",
        confirm="このアドレスで受け取る",
        confirmed="お知らせは、メールでも届きます",
        tell_phone="このスマートフォンに知らせる",
        still_out="まだ停電しています",
        asked="メーターに問い合わせています",
    ),
    "en": PowerSpeech(
        smid="Meter number",
        customer_number="Customer number",
        postal_code="Postal code",
        email="E-mail",
        to_registration="Register a meter",
        register="Register and be told",
        registered="Registered",
        see_power="See my power",
        power_on="Your power is on",
        confirm="Send them to this address",
        confirmed="Notices come by e-mail too",
        tell_phone="Tell this phone",
        still_out="Still out",
        asked="We are asking your meter",
    ),
}
