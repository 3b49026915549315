"""The event log's tree: places for committed rows, heads, stamps, proofs, and the check of it all."""

from webapp.services.log.check import check_log
from webapp.services.log.proofs import log_entries, receipt
from webapp.services.log.sequencer import keep, sequence, stamp_heads, take_head, waiting

__all__ = ["check_log", "keep", "log_entries", "receipt", "sequence", "stamp_heads", "take_head", "waiting"]
