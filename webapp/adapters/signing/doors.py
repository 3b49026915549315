"""What an installation signs with: today the trial authority; a licensed provider takes the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.adapters.signing.desk import SigningDesk
from webapp.adapters.signing.keys import KeptAuthority, KeyFolder
from webapp.adapters.signing.provider import HttpProvider
from webapp.adapters.signing.remote import RemoteDesk
from webapp.adapters.signing.revocation import HttpRevocations, LocalRevocations
from webapp.adapters.signing.timestamp import HttpTsa
from webapp.domain.signing import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from webapp.adapters.signing.local import LocalTestCA
    from webapp.adapters.signing.port import DocumentDesk, RevocationSource, Sealer, TimeStampAuthority
    from webapp.adapters.signing.provider import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideTsa:
    """A time-stamp authority of the market: where it answers, and its roots (PEM), got by another way."""

    url: str
    roots: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Sealer, time-stamp authority, and what goes into a pack's trust folder."""

    sealer: Sealer
    tsa: TimeStampAuthority
    trust: Callable[[datetime], Mapping[str, bytes]]  # certificates and fresh revocation lists, by file name
    trial: bool  # what is sealed proves nothing to outsiders and must say 测试
    name: str = "trial"  # of the provider, as flows keep it
    desk: DocumentDesk | None = None  # signs documents
    provider: HttpProvider | None = None  # whose calls are heard

    def seal(self, content: bytes, *, now: datetime) -> Sealed:
        """Sign ``content`` and stamp content and signature together; raises SigningUnavailableError."""
        signature = self.sealer.sign_detached(content)
        return Sealed(signature=signature, token=self.tsa.stamp(content + signature, now=now))


def open_trial(
    folder: Path, *, now: datetime, organisation: str, url: str = "", outside: OutsideTsa | None = None
) -> Doors:
    """Open the trial authority whose keys lie in ``folder``; made at the first call.

    With ``url`` its answers are asked for over the wire, without it within the process.
    """
    keys = KeyFolder(folder=folder, url=url)
    ca = keys.open(now=now, organisation=organisation)
    roots = ca.root.certificate + (outside.roots if outside else b"")
    wire = HttpRevocations(issuers=roots)
    within = LocalRevocations(authority=ca, revoked=keys.revoked, elsewhere=wire if outside else None)
    revocations: RevocationSource = wire if url else within
    tsa = _tsa(ca, url=url, outside=outside)

    def trust(moment: datetime) -> dict[str, bytes]:
        files = {"root.pem": ca.root.certificate, "root.crl": ca.revocations(keys.revoked(), now=moment)}
        return {**files, "tsa.pem": outside.roots} if outside else files

    desk = SigningDesk(
        ca=KeptAuthority(ca=ca, keys=keys), tsa=tsa, revocations=revocations, roots=roots, trial=True
    )
    return Doors(sealer=ca, tsa=tsa, trust=trust, trial=True, desk=desk)


def open_provider(
    access: Access, *, callback_url: str, tsa: TimeStampAuthority, roots: bytes, name: str = "provider"
) -> Doors:
    """Open a licensed provider; ``roots`` (PEM) are those of its certificates and of the time stamps."""
    provider = HttpProvider(access=access, callback_url=callback_url, name=name)
    revocations = HttpRevocations(issuers=roots)
    desk = RemoteDesk(tsa=tsa, revocations=revocations, roots=roots, provider=provider)

    def trust(_moment: datetime) -> dict[str, bytes]:
        return {"roots.pem": roots}

    return Doors(sealer=provider, tsa=tsa, trust=trust, trial=False, name=name, desk=desk, provider=provider)


def _tsa(ca: LocalTestCA, *, url: str, outside: OutsideTsa | None) -> TimeStampAuthority:
    if outside is not None:
        return HttpTsa(url=outside.url, roots=outside.roots)
    return HttpTsa(url=f"{url}/tsa", roots=ca.root.certificate) if url else ca.tsa
