"""A provider in the place of the signing desk: it signs on its own pages, we fetch and judge the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp.adapters.signing.desk import ArchiveDesk, holding
from webapp.adapters.signing.judge import judge_document
from webapp.domain.errors import InvalidError
from webapp.domain.signing import STEPS, FlowState, SigningRequest, SigningUnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.adapters.signing.document import Act
    from webapp.adapters.signing.provider import HttpProvider
    from webapp.domain.signing import Edition, SignerRequest

OPEN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteDesk(ArchiveDesk):
    """See DocumentDesk; archives by itself, since what must hold for years is ours to keep."""

    provider: HttpProvider

    def sign(self, pdf: bytes, signer: SignerRequest, act: Act, *, now: datetime) -> Edition:
        """Open the provider's flow, once a key, and take the file once the person has signed there."""
        flow_id = self._open(pdf, signer, act, now=now)
        self._reached(flow_id, FlowState.SIGNED)
        return self._taken(flow_id, pdf, now=now)

    def seal(self, pdf: bytes, company: SignerRequest, act: Act, *, now: datetime) -> Edition:
        """Have the provider seal, and take the file once it is sealed."""
        flow_id = self._open(pdf, company, act, now=now)
        if STEPS.index(self._reached(flow_id, FlowState.SIGNED)) < STEPS.index(FlowState.SEALED):
            self.provider.seal_flow(flow_id, reason=act.reason)
        self._reached(flow_id, FlowState.SEALED)
        return self._taken(flow_id, pdf, now=now)

    def _open(self, pdf: bytes, signer: SignerRequest, act: Act, *, now: datetime) -> str:
        return self.provider.open_flow(
            SigningRequest(
                flow=act.flow, title=act.title, document=pdf, signers=(signer,), expires_at=now + OPEN_FOR
            )
        )

    def _reached(self, flow_id: str, wanted: FlowState) -> FlowState:
        """How far the flow is; raises SigningUnavailableError (asked again later) before the wanted step."""
        status = self.provider.read_flow(flow_id)
        if status.state not in STEPS:
            raise InvalidError(msg("签署平台上的流程已结束：{reason}", reason=status.reason or status.state))
        if STEPS.index(status.state) < STEPS.index(wanted):
            raise SigningUnavailableError(msg("等待签署平台完成，系统会自动查询。"))
        return status.state

    def _taken(self, flow_id: str, before: bytes, *, now: datetime) -> Edition:
        """The provider's file, ours with more signatures behind it, each of them good; and its report."""
        pdf = self.provider.fetch_document(flow_id)
        if len(pdf) <= len(before) or not pdf.startswith(before):
            raise SigningUnavailableError(msg("签署平台返回的文件不是送签文件的续写，未予采用。"))
        evidence = self._evidence(pdf, now=now)
        held = holding(pdf, judge_document(pdf, roots=self.roots, now=now, evidence=evidence))
        return replace(held, proof=self.provider.fetch_report(flow_id))
