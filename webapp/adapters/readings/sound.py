"""Sound and video: kept and never played; of a WAVE file the standard library can tell the length."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

from webapp.adapters.readings.limits import SILENT
from webapp.domain.readingcopy import Facts, Reading
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from webapp.domain.readingcopy import Words


def read(data: bytes, media_type: str) -> Reading:
    """What the file says about itself."""
    rows: list[tuple[Message, Words]] = [(msg("格式"), media_type)]
    try:
        with wave.open(io.BytesIO(data)) as sound:
            seconds = sound.getnframes() / (sound.getframerate() or 1)
            rows += [
                (msg("时长"), _clock(seconds)),
                (msg("声道"), str(sound.getnchannels())),
                (msg("采样率"), f"{sound.getframerate():,} Hz"),
            ]
    except (wave.Error, EOFError, ValueError):
        rows.append((msg("时长"), msg("未能读取，须用原件播放确认")))
    return Reading(parts=(Facts(rows=tuple(rows)),), notes=(SILENT,))


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{int(seconds % 1 * 1000):03d}"
