"""The studio: procedures, their drafts, trial runs and releases."""

from webapp.views.studio import editor, files, papers, review, trial, update  # noqa: F401  (they add their routes)
from webapp.views.studio.pages import blueprint

__all__ = ["blueprint"]
