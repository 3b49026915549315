"""Wrong settings are told in a sentence, not in a traceback."""

import pytest

from webapp.cli import main
from webapp.settings import SettingsError, from_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEGUI_UPLOAD_LIMIT", "x"),
        ("HEGUI_UPLOAD_LIMIT", "-1"),
        ("HEGUI_DATABASE_URL", "nonsense"),
        ("HEGUI_QUEUE", "foo"),
        ("HEGUI_LOG_LEVEL", "loud"),
    ],
)
class TestWrongValues:
    def test_name_the_variable(self, name, value):
        with pytest.raises(SettingsError, match=name):
            from_environment({name: value})

    def test_end_a_command_in_words(self, name, value, monkeypatch, capsys, tmp_path):
        monkeypatch.setenv("HEGUI_DATA_DIR", str(tmp_path))
        monkeypatch.setenv(name, value)
        assert main(["db", "check"]) == 2
        assert name in capsys.readouterr().err
