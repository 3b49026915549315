"""Where the trial authority keeps its keys, and which certificates it has revoked."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509

from webapp.adapters.signing.local import Identity, LocalTestCA, Purpose, issue

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("root", "seal", "authority")
REVOKED = "revoked.json"
RENEW = timedelta(days=30)  # before a company's certificate ends


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFolder:
    """The trial's keys on disk; several processes read them, the first call makes them."""

    folder: Path
    url: str = ""  # where the authority answers; certificates made before it was known are made anew

    def open(self, *, now: datetime, organisation: str) -> LocalTestCA:
        """Return the authority; made and kept at the first call, its root for good."""
        if not (self.folder / "authority.pem").exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = LocalTestCA.create(now=now, organisation=organisation, url=self.url)
            for name in NAMES:
                self._keep(name, getattr(made, name))
        found = {name: self._read(name) for name in NAMES}
        if self.url and not _names_place(found["authority"], self.url):
            found["seal"] = issue(found["root"], organisation, now=now, url=self.url)
            found["authority"] = issue(
                found["root"], "时间戳", now=now, purpose=Purpose.STAMP, days=365 * 10, url=self.url
            )
            self._keep("seal", found["seal"])
            self._keep("authority", found["authority"])
        return LocalTestCA(**found, url=self.url)

    def company(self, ca: LocalTestCA, name: str, *, code: str, now: datetime) -> Identity:
        """See KeptAuthority."""
        place = "company-" + hashlib.sha256(f"{code}\n{name}\n{self.url}".encode()).hexdigest()[:16]
        if (self.folder / f"{place}.pem").exists():
            found = self._read(place)
            if x509.load_pem_x509_certificate(found.certificate).not_valid_after_utc - now > RENEW:
                return found
        made = ca.certify(name, number=code, now=now)
        self._keep(place, made)
        return made

    def revoked(self) -> dict[int, datetime]:
        """Serial number to the moment of revocation."""
        path = self.folder / REVOKED
        rows = json.loads(path.read_text()) if path.exists() else {}
        return {int(serial): datetime.fromisoformat(moment) for serial, moment in rows.items()}

    def revoke(self, serial: int, *, now: datetime) -> None:
        """Revoke a certificate for good; the first moment stays."""
        rows = {str(s): m.isoformat() for s, m in self.revoked().items()}
        rows.setdefault(str(serial), now.astimezone(UTC).isoformat())
        fresh = self.folder / f"{REVOKED}.{os.getpid()}"
        fresh.write_text(json.dumps(rows, indent=1))
        fresh.replace(self.folder / REVOKED)  # a reader sees the old list or the new one

    def _read(self, name: str) -> Identity:
        return Identity(
            certificate=(self.folder / f"{name}.pem").read_bytes(),
            key=(self.folder / f"{name}.key").read_bytes(),
        )

    def _keep(self, name: str, identity: Identity) -> None:
        key = self.folder / f"{name}.key"
        key.touch(mode=0o600)
        key.write_bytes(identity.key)
        (self.folder / f"{name}.pem").write_bytes(identity.certificate)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAuthority:
    """The trial authority with the companies' certificates that it keeps; see CertificateAuthority."""

    ca: LocalTestCA
    keys: KeyFolder

    def certify(self, name: str, *, number: str, now: datetime) -> Identity:
        """Return a person's certificate, whose key is kept nowhere."""
        return self.ca.certify(name, number=number, now=now)

    def company(self, name: str, *, code: str, now: datetime) -> Identity:
        """Return a company's certificate; another name, or one that ends within a month, gets a new one."""
        return self.keys.company(self.ca, name, code=code, now=now)


def _names_place(identity: Identity, url: str) -> bool:
    certificate = x509.load_pem_x509_certificate(identity.certificate)
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return False
    return any(name.value == f"{url}/root.crl" for point in points for name in point.full_name or ())
