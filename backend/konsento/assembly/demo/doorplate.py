"""What the demo prints when it is open: addresses, one outlet's QR code, how to sign in."""

import sys
from pathlib import Path

import qrcode

from konsento.assembly.demo import town
from konsento.management.charging.api import address

TEXT = """
Konsento is open (demo: nothing is charged, nothing leaves this machine)

  phone    {url}/
  outlet   {outlet}
  desk     {url}/desk       name {name}, password {password}
  street   {url}/demo       plug cars in, cut links, make time run; caught mails
  API      {url}/schema
  health   {url}/health/ready

  card     4242 4242 4242 4242 (declined: 4000 0000 0000 0002, 3-D Secure: 4000 0025 0000 3155)
  files    {folder}         delete it for a new town

Scan this from the phone page, or open the outlet's address:
"""


def print_doorplate(public_url: str, code: str, folder: Path, password: str) -> None:
    """To standard output, where a person started it."""
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
    sys.stdout.flush()
