"""The migrations make what the models say, and take it away again, over rows."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from models import metadata
from models.session import open_engine
from webapp.adapters.database import downgrade, is_current, upgrade


def test_upgrade_makes_what_the_models_say(database_url):
    engine = open_engine(database_url)
    upgrade(engine)
    assert is_current(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_downgrade_takes_it_away_over_rows(database_url):
    engine = open_engine(database_url)
    upgrade(engine)
    with engine.execution_options(hegui_write=True).begin() as connection:
        connection.execute(
            text("INSERT INTO entity (kind, code, name, region) VALUES ('company', 'A', '甲公司', '310000')")
        )
    downgrade(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(engine)
    assert is_current(engine)
    engine.dispose()
