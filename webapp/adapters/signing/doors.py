"""What an installation signs with: today the trial authority; a licensed provider takes the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.adapters.signing.local import LocalTestCA
from webapp.domain.signing import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from webapp.adapters.signing.port import Sealer, TimeStampAuthority


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Sealer, time-stamp authority, and what goes into a pack's trust folder."""

    sealer: Sealer
    tsa: TimeStampAuthority
    trust: Callable[[datetime], Mapping[str, bytes]]  # certificates and fresh revocation lists, by file name
    trial: bool  # what is sealed proves nothing to outsiders and must say 测试

    def seal(self, content: bytes, *, now: datetime) -> Sealed:
        """Sign ``content`` and stamp content and signature together; raises SigningUnavailableError."""
        signature = self.sealer.sign_detached(content)
        return Sealed(signature=signature, token=self.tsa.stamp(content + signature, now=now))


def open_trial(folder: Path, *, now: datetime, organisation: str) -> Doors:
    """Open the trial authority whose keys lie in ``folder``; made at the first call."""
    authority = LocalTestCA.open(folder, now=now, organisation=organisation)

    def trust(moment: datetime) -> dict[str, bytes]:
        return {"root.pem": authority.root.certificate, "root.crl": authority.revocations({}, now=moment)}

    return Doors(sealer=authority, tsa=authority.tsa, trust=trust, trial=True)
