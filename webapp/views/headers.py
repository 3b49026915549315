"""What every answer says to the browser: nothing inline, nothing from elsewhere, nothing kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Response

# CSP Level 3. data: is for the small pictures inside style sheets and form-js, blob: for previews of uploads.
DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
)
POLICY = "; ".join(DIRECTIVES)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
YEAR = 31_536_000  # seconds


def secure(response: Response, *, https: bool, hashed: bool = False) -> Response:
    """Set the headers; ``hashed`` marks a file whose name changes with its content, which may be kept."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if https:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
    if hashed and response.status_code < 400:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    elif "Cache-Control" not in response.headers:
        # Pages name people: neither a proxy nor the browser's back button may keep them.
        response.headers["Cache-Control"] = "no-store, private"
    return response


def is_hashed(path: str) -> bool:
    """Whether the path of a request names a built file with a hash in its name."""
    return path.startswith("/static/dist/") and not path.endswith(".json")
