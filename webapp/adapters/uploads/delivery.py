"""Headers under which a kept file goes out: shown in the page only where that cannot run anything."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from webapp.adapters.uploads.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

INLINE = frozenset({Kind.PDF, Kind.PNG, Kind.JPEG, Kind.WEBP})
SAFE_ASCII = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.() ")


def delivery(name: str, media_type: str, *, dangerous: bool, download: bool = False) -> Mapping[str, str]:
    """Response headers for a file (RFC 6266, RFC 8187 for its name).

    A dangerous file, and every kind that is not a plain image or PDF, is an attachment whatever is asked for;
    the sandbox keeps even a misjudged one from running, and the type is never guessed by the browser.
    """
    shown = not dangerous and not download and media_type in INLINE
    ascii_name = "".join(c if c in SAFE_ASCII else "_" for c in name)
    return {
        "Content-Type": media_type if not dangerous else "application/octet-stream",
        "Content-Disposition": (
            f'{"inline" if shown else "attachment"}; filename="{ascii_name}"; '
            f"filename*=UTF-8''{quote(name, safe='')}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store" if dangerous else "private, max-age=3600",
    }
