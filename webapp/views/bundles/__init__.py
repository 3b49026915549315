"""The review desk of legal: bundles of evidence."""

from webapp.views.bundles import ask, counsel, desk, exhibits, filing, finding  # noqa: F401  (they add their routes)
from webapp.views.bundles.frame import blueprint

__all__ = ["blueprint"]
