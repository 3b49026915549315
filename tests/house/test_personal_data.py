"""Every column about a person stands in the register of processing, with a purpose and an end.

A new column of a table that points at people by ``person_id`` is entered in ``forms/privacy/register.toml``: under
``columns``, ``sensitive`` (masked on pages) or ``secret`` (keys, hashes: handed out to nobody).
"""

from models import metadata
from webapp.adapters.privacydata import shipped_register

#: Tables about people that point at them through another table.
THROUGH = {"passkey", "login_session"}


def about_people():
    people = metadata.tables["person"]
    for table in metadata.sorted_tables:
        link = table.c.get("person_id")
        points = link is not None and any(f.column.table is people for f in link.foreign_keys)
        if table is people or points or table.name in THROUGH:
            yield table


def own_columns(table):
    return {c.name for c in table.c if not c.primary_key and not c.foreign_keys and c.name != "version"}


def test_every_column_about_a_person_has_a_purpose_and_an_end():
    entered = {table.name: set(table.all) for _, table in shipped_register().tables()}
    lacking = {
        table.name: sorted(lacks)
        for table in about_people()
        if (lacks := own_columns(table) - entered.get(table.name, set()))
    }
    assert lacking == {}, "enter these in forms/privacy/register.toml: columns, sensitive or secret"


def test_the_register_names_only_what_there_is_and_each_column_once():
    for activity, table in shipped_register().tables():
        assert set(table.all) <= {c.name for c in metadata.tables[table.name].c}, table.name
        assert len(set(table.all)) == len(table.all), table.name
        assert all(activity.purposes.values()), activity.key
        assert all(activity.keeps.values()), activity.key
    names = [table.name for _, table in shipped_register().tables()]
    assert len(names) == len(set(names))


def test_a_column_without_an_entry_would_be_found():
    entered = {table.name: set(table.all) for _, table in shipped_register().tables()}
    entered["person"] -= {"phone"}
    assert own_columns(metadata.tables["person"]) - entered["person"] == {"phone"}


def test_everything_that_a_person_may_have_has_a_name_in_three_languages():
    register = shipped_register()
    handed = {name for _, table in register.tables() for name in table.handed_out}
    assert handed - set(register.labels) == set()
    assert set(register.labels) - handed == set()
