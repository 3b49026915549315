"""Tests of these procedures that are cheap enough to run on both databases."""

import pytest

from tests.conftest import make_database


class OnBoth:
    """Each test runs on SQLite and on PostgreSQL; the room's others tell whole stories, on SQLite alone."""

    @pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
    def database_url(self, request, tmp_path_factory):
        return make_database(request.param, request, tmp_path_factory)
