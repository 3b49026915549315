"""Promises of the command line as a whole."""

import pytest

import webapp.cli as cli
from webapp.cli import UsageError, main
from webapp.domain.errors import ConflictError


class StandIn:
    """A noun that a test puts in; ``act`` is what its run does."""

    def __init__(self, act):
        self.act = act

    def register(self, commands):
        commands.add_parser("stand-in", help="stands in").set_defaults(run=self.act)


@pytest.fixture
def run_with(monkeypatch):
    def run(act, *argv):
        found = type("Found", (), {"name": "standin"})
        monkeypatch.setattr(cli.pkgutil, "iter_modules", lambda path: [found])
        monkeypatch.setattr(cli.importlib, "import_module", lambda name: StandIn(act))
        return main(argv or ("stand-in",))

    return run


class TestExitCodes:
    def test_done_is_zero(self, run_with):
        assert run_with(lambda arguments: 0) == 0

    def test_a_refusal_is_one_and_told_in_words(self, run_with, capsys):
        def refuse(arguments):
            raise ConflictError

        assert run_with(refuse) == 1
        assert "内容已被他人更改" in capsys.readouterr().err

    def test_misuse_is_two_and_told_in_words(self, run_with, capsys):
        def misuse(arguments):
            raise UsageError("不是文件夹")

        assert run_with(misuse) == 2
        assert "不是文件夹" in capsys.readouterr().err

    def test_a_missing_file_is_misuse(self, run_with, tmp_path):
        assert run_with(lambda arguments: (tmp_path / "no such").read_text() and 0) == 2

    def test_an_unknown_noun_is_misuse(self, run_with):
        assert run_with(lambda arguments: 0, "no-such-noun") == 2

    def test_help_is_no_error(self, run_with, capsys):
        assert run_with(lambda arguments: 0, "--help") == 0
        assert "stand-in" in capsys.readouterr().out


def test_no_command_imports_flask():
    import subprocess
    import sys

    code = "import sys, webapp.cli; webapp.cli.build_parser(); sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
