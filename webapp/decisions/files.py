"""Read a DMN file from a folder, with the other files of the folder for what it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.decisions.errors import ModelError
from webapp.decisions.reading.models import load, read_namespace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from webapp.decisions.model import Model


def load_together(sources: Sequence[bytes]) -> tuple[Model, ...]:
    """Load files that may import each other, such as those of one procedure; models in the order given.

    Raises ModelError as ``load`` does, and where one of two files of the same namespace is imported.
    """
    spaces = [read_namespace(source) for source in sources]
    files = {space: source for space, source in zip(spaces, sources, strict=True) if spaces.count(space) == 1}
    return tuple(load(source, imports=files) for source in sources)


def load_file(path: Path) -> Model:
    """Load a file; its imports are looked for among the .dmn files beside it. OSError where it is missing."""
    source = path.read_bytes()
    if b"import" not in source:
        return load(source)
    imports = {}
    for other in sorted(path.parent.glob("*.dmn")):
        if other != path:
            try:
                imports[read_namespace(other.read_bytes())] = other.read_bytes()
            except ModelError:
                continue  # another file that is broken is none of this one's business
    return load(source, imports=imports)
