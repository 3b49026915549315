"""Programs and fonts that some tests need: skipped with a reason, unless HEGUI_REQUIRE asks for them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REQUIRED = set(os.environ.get("HEGUI_REQUIRE", "").split(","))
HANAZONO = Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")


def need(name, *, found):
    """A mark that skips loudly where something is missing and may be."""
    return pytest.mark.skipif(not found and name not in REQUIRED, reason=f"{name} is not installed here")


needs_poppler = need("poppler", found=shutil.which("pdftotext"))
needs_qpdf = need("qpdf", found=shutil.which("qpdf"))
needs_openssl = need("openssl", found=shutil.which("openssl"))
needs_hanazono = need("fonts", found=HANAZONO.exists())


def run(*command, data=None):
    """Run a program; its output, its errors and its exit code."""
    return subprocess.run([str(part) for part in command], input=data, capture_output=True, check=False)


def read_text(path):
    """What a reader can search in a PDF."""
    return run("pdftotext", "-layout", path, "-").stdout.decode()
