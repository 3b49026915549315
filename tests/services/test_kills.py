"""A driver that is killed anywhere leaves a case that ends as if nothing had happened."""

from random import Random

from tests.services.kills import drive, leftovers, prepare, random_deaths, receiving, story

RUNS = 4


def test_a_killed_driver_leaves_no_trace_and_no_second_effect(house, database_url, tmp_path):
    with receiving() as (receiver, address):
        site = prepare(house, tmp_path, database_url, address)
        house.engine.dispose()
        drive(site, "quiet", deaths=[])
        quiet = story(house, "quiet", receiver)
        tellings, killed = site.told.value, 0
        assert len(receiver.effects) == 4
        for number in range(RUNS):
            house.engine.dispose()
            deaths = random_deaths(Random(number), tellings=tellings, seconds=0.5)
            killed += drive(site, f"run {number}", deaths=deaths)
            assert story(house, f"run {number}", receiver) == quiet, deaths
        assert killed >= RUNS / 2
        assert leftovers(house) == {"messages": 0, "jobs": 0, "log": 0}
