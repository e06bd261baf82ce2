"""The demo's own secrets: made once, kept in var/, never shipped."""

from pathlib import Path

import msgspec

from konsento.foundation.ids import Ids
from konsento_push.vapid import new_private_key


class DemoSecrets(msgspec.Struct, frozen=True):
    """Keys that only this machine's demo knows."""

    mdms_api_key: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    operator_password: str
    vapid_private_key: str = ""
    mail_secret: str = ""


def secrets_in(folder: Path, ids: Ids) -> DemoSecrets:
    """Read them, or make them the first time; only the owner may read the file."""
    path = folder / "secrets.json"
    if path.exists():
        kept = msgspec.json.decode(path.read_bytes(), type=DemoSecrets)
        if kept.vapid_private_key and kept.mail_secret:
            return kept
        # Written by an earlier version, which had no use for them.
        whole = msgspec.structs.replace(
            kept, vapid_private_key=kept.vapid_private_key or new_private_key(),
            mail_secret=kept.mail_secret or ids.token(),
        )  # fmt: skip
        return _written(whole, path)
    made = DemoSecrets(
        mdms_api_key=ids.token(),
        stripe_secret_key=f"sk_test_{ids.token()}",
        stripe_webhook_secret=f"whsec_{ids.token()}",
        operator_password=ids.fresh()[:12],
        vapid_private_key=new_private_key(),
        mail_secret=ids.token(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    return _written(made, path)


def _written(secrets: DemoSecrets, path: Path) -> DemoSecrets:
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(secrets))
    return secrets
