"""The pusher that the settings ask for: one that signs with our key, or none at all."""

from contextlib import AsyncExitStack

from konsento.foundation.clock import Clock, SystemClock
from konsento.foundation.settings import SettingMissing, Settings, variable
from konsento_push.subscription import PushHosts, push_hosts
from konsento_push.vapid import BadVapidKey, VapidSigner
from konsento_push.web_push import WebPusher


async def pusher_of(settings: Settings, stack: AsyncExitStack) -> WebPusher | None:
    """One that `stack` closes, on the clock on the wall, however fast a demo runs."""
    made = pusher(settings, SystemClock())
    if made is not None:
        stack.push_async_callback(made.close)
    return made


def pusher(settings: Settings, wall_clock: Clock) -> WebPusher | None:
    """None without a key: then nothing is pushed, and nothing offered.

    `wall_clock`: others judge by it what we sign. Raises SettingMissing when the key cannot be
    used.
    """
    if not settings.vapid_private_key:
        return None
    if not settings.vapid_contact:
        raise SettingMissing(f"set {variable('vapid_contact')}")
    try:
        signer = VapidSigner(settings.vapid_private_key, settings.vapid_contact)
    except BadVapidKey as wrong:
        both = f"{variable('vapid_private_key')} and {variable('vapid_contact')}"
        raise SettingMissing(f"{both}: {wrong}") from None
    return WebPusher(signer, allowed_hosts(settings), wall_clock.now_ms)


def allowed_hosts(settings: Settings) -> PushHosts:
    """The push services that may be sent to. Raises SettingMissing."""
    try:
        return push_hosts(settings.push_hosts)
    except ValueError as wrong:
        raise SettingMissing(f"{variable('push_hosts')}: {wrong}") from None
