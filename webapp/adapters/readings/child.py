"""The process that reads one file: short of time and memory, without a shell, network or secrets of ours.

``python -m webapp.adapters.readings.child KIND MEDIA-TYPE``: the bytes come in on standard input, the reading
copy goes out as JSON. ``… leaves FIRST MOST DRAWN`` answers with pages of a PDF as they are, ``… text
MEDIA-TYPE`` with the words of a file. It ends with 1 and says nothing where the file cannot be read.
"""

from __future__ import annotations

import importlib
import resource
import sys

from webapp.adapters.readings.limits import CPU_SECONDS, MEMORY
from webapp.adapters.uploads.kinds import Kind
from webapp.domain.custody import ItemKind
from webapp.domain.readingcopy import to_json


def main(question: str, *more: str) -> int:
    """Read standard input, write standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing is written to any disk
    data = sys.stdin.buffer.read()
    try:
        name = WORD if (question, *more) == (ItemKind.DOCUMENT, Kind.DOCX) else READERS[question]
        answer = importlib.import_module(f"webapp.adapters.readings.{name}").read(data, *more)
        copy = answer if isinstance(answer, bytes) else to_json(answer)
    except Exception:  # noqa: BLE001  # whatever somebody wrote into the file: the parent says so in words
        return 1
    sys.stdout.buffer.write(copy)
    return 0


LEAVES, TEXT = "leaves", "text"  # questions of their own: no reading copy
WORD = "word"
#: The module that reads each kind; only the one that is needed is imported: the process starts at once.
READERS: dict[str, str] = {
    LEAVES: LEAVES,
    TEXT: TEXT,
    ItemKind.MAIL: "mail",
    ItemKind.CHAT: "chat",
    ItemKind.TABLE: "tables",
    ItemKind.PICTURE: "pictures",
    ItemKind.SOUND: "sound",
    ItemKind.VIDEO: "sound",
    ItemKind.DOCUMENT: "documents",
}

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
