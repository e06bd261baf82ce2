"""What the demo prints when it is open: addresses, one outlet's QR code, how to sign in."""

import sys
from pathlib import Path

import qrcode

from konsento.assembly import town
from konsento.management.charging.api import address

TEXT = """
Konsento is open (demo: nothing is charged, nothing leaves this machine)

  phone    {url}/
  outlet   {outlet}
  desk     {url}/desk       name {name}, password {password}
  street   {url}/demo       plug cars in, cut links and wires, make time run; caught mails
  API      {url}/schema
  health   {url}/health/ready

  card     4242 4242 4242 4242 (declined: 4000 0000 0000 0002, 3-D Secure: 4000 0025 0000 3155)
  files    {folder}         delete it for a new town

Scan this from the phone page, or open the outlet's address:
"""

ON_THE_LAN = """
同じネットワークのスマートフォンで上のコードを読み取ってください。
  はじめは「この接続ではプライバシーが保護されません」という警告が出ます。
  「詳細」から進むと使えますが、オフライン表示と通知は（機種によりカメラも）動きません。
  すべて使うには、{url}/demo/trust を開いて証明書を入れてください（一度だけ）。

With a phone on the same network, scan the code above.
  At first it warns that the connection is not private. Go on under "Details" to try it, but
  offline page and notifications (on some phones the camera as well) stay off. For these, open
  {url}/demo/trust and install the certificate, once.

  指紋 fingerprint (SHA-256)
  {fingerprint}

このネットワークの誰でも、デモの街・メール・管理画面を開けます。
Everybody on this network can open the demo's street, its mails and its desk's sign-in.
"""


def print_doorplate(
    public_url: str, code: str, folder: Path, password: str, *, fingerprint: str = ""
) -> None:
    """To standard output, where a person started it.

    `fingerprint`: of the authority that phones are to trust, when it is open on the network.
    """
    outlet = address(public_url, code)
    sys.stdout.write(
        TEXT.format(
            url=public_url, outlet=outlet, folder=folder, name=town.OPERATOR_NAME, password=password
        )
    )
    picture = qrcode.QRCode(border=2)
    picture.add_data(outlet)
    picture.print_ascii(out=sys.stdout, invert=True)
    sys.stdout.write(f"{town.title_ja(town.OUTLETS[-1])}\n")
    if fingerprint:
        sys.stdout.write(ON_THE_LAN.format(url=public_url, fingerprint=fingerprint))
    sys.stdout.flush()
