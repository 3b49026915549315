"""Evidence of cases: what the page shows, the pack, its book."""

from webapp.services.evidence.export import Exported, export_pack
from webapp.services.evidence.page import EvidencePage, open_evidence

__all__ = ["EvidencePage", "Exported", "export_pack", "open_evidence"]
