"""The commands that prove: the log verified, an event proved, a case packed."""

import json
import re
import subprocess

import pytest
from sqlalchemy import text

from models import metadata
from tests.company import Company, ask, shipped_alone
from tests.pdf.tools import needs_openssl
from webapp.adapters.verifier import verifier_digest
from webapp.cli import main
from webapp.edge import open_house
from webapp.settings import from_environment

pytestmark = needs_openssl


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installation on SQLite with one leave case; its house."""
    monkeypatch.setenv("HEGUI_DATA_DIR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    house = open_house(from_environment())
    with house.engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    ask(Company(house, shipped_alone("leave")))
    yield house
    house.engine.dispose()


def test_from_the_head_to_a_receipt_and_a_pack_that_a_stranger_verifies(installed, tmp_path, capsys):
    assert main(["log", "verify"]) == 0
    assert main(["log", "prove", "1"]) == 1  # no stamped head covers it yet
    assert main(["log", "head"]) == 0
    capsys.readouterr()
    assert main(["log", "prove", "1"]) == 0
    receipt = json.loads(capsys.readouterr().out)
    assert set(receipt) == {"leaf", "position", "proof", "head", "token"}
    pack = tmp_path / "pack.zip"
    assert main(["pack", "LV-2026-000001", "--out", str(pack)]) == 0
    assert re.search(r"SHA-256 [0-9a-f]{64}", capsys.readouterr().out)
    assert main(["pack", "1", "--out", str(pack)]) == 2  # nothing is written over
    verifier, root = tmp_path / "verify_pack.py", tmp_path / "root.pem"
    assert main(["pack", "verifier", "--out", str(verifier)]) == 0
    assert verifier_digest() in capsys.readouterr().out
    root.write_bytes(installed.ports.signing().trust(installed.clock())["root.pem"])
    done = subprocess.run(["python3", verifier, pack, "--root", root], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


def test_what_is_wrong_is_told_and_ends_with_one(installed, tmp_path, capsys):
    assert main(["pack", "999", "--out", str(tmp_path / "x.zip")]) == 1
    assert not (tmp_path / "x.zip").exists()  # half a pack is no pack
    assert main(["pack", "?"]) == 2
    with installed.engine.execution_options(hegui_write=True).begin() as connection:
        connection.execute(text("DROP TRIGGER event_payload_keep"))
        connection.execute(text("UPDATE event_payload SET body = '{}' WHERE event_id = 1"))
    capsys.readouterr()
    assert main(["log", "verify"]) == 1
    assert "事件 1：内容与指纹不符。" in capsys.readouterr().err
