"""The key in a DKIM record (RFC 6376, 3.6.1): `v=DKIM1; k=rsa; p=BASE64`."""

import base64
import binascii


def key_of(record: str) -> bytes | None:
    """Return the key as it stands there, empty when it was taken back; None for what is no such record."""
    tags = dict(_pair(tag) for tag in record.split(";") if "=" in tag)
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return None
    try:
        return base64.b64decode("".join(tags["p"].split()), validate=True)
    except binascii.Error:
        return b"?"  # no key that could be read


def _pair(tag: str) -> tuple[str, str]:
    name, _, value = tag.partition("=")
    return name.strip(), value.strip()
