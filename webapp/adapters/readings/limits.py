"""How much of a file a reading copy shows; the rest is in the original, and the copy says so."""

from __future__ import annotations

from webapp.domain.text import msg

MOST_CHARACTERS = 200_000
MOST_ROWS = 2_000
MOST_COLUMNS = 12
MOST_IN_CELL = 500  # characters
MOST_SHEETS = 5
MOST_PAGES = 50
MOST_PARTS = 200  # of an e-mail
PICTURE_WIDTH, PICTURE_HEIGHT = 1240, 1754  # pixels: A4 at 150 dpi
QUALITY = 70
CPU_SECONDS = 20
WALL_SECONDS = 45
MEMORY = 2_000_000_000  # bytes of address space

CUT = msg("内容较长，阅读件只含前面一部分，其余见原件。")
FORMULAS = msg("公式只显示上次保存的结果；批注、隐藏内容与版式见原件。")
LAYOUT = msg("只取文字，版式见原件。")
SILENT = msg("阅读件不含声音和影像，须用原件播放。")
PAGE = msg("网页只取文字；脚本、图片和外部内容均未载入。")
DRAWN = msg("由系统重新绘制的图像，像素与原件不同；以原件为准。")
