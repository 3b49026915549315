"""Quiet hours, addresses, and who is tried next."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from webapp.domain.errors import InvalidError
from webapp.domain.reach import Channel, QuietHours, check_address, choose, masked

NIGHT = QuietHours(start=time(22), end=time(8))


def at(hour, minute=0):
    """A moment on 24 November in Shanghai, as UTC."""
    return datetime(2026, 11, 24, (hour - 8) % 24, minute, tzinfo=UTC).replace(day=24 if hour >= 8 else 23)


class TestQuietHours:
    @pytest.mark.parametrize(("hour", "until"), [(9, 9), (21, 21), (8, 8)])
    def test_by_day_a_message_goes_at_once(self, hour, until):
        assert NIGHT.until(at(hour)) == at(until)

    def test_at_night_it_waits_for_the_morning_after(self):
        assert NIGHT.until(at(22)) == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai

    def test_after_midnight_it_waits_for_the_same_morning(self):
        assert NIGHT.until(at(3)) == at(8)

    def test_hours_within_one_day_work_too(self):
        noon = QuietHours(start=time(12), end=time(14))
        assert noon.until(at(12, 30)) == at(14)
        assert noon.until(at(14)) == at(14)


class TestAddresses:
    @pytest.mark.parametrize("text", ["13800138000", "+8613800138000", " 13800138000 ", "8613800138000"])
    def test_a_mobile_number_is_kept_as_eleven_digits(self, text):
        assert check_address(Channel.SMS, text) == "13800138000"

    @pytest.mark.parametrize("text", ["", "1380013800", "23800138000", "13800138000x", "138001380001"])
    def test_another_number_is_refused_at_the_field(self, text):
        with pytest.raises(InvalidError) as refused:
            check_address(Channel.SMS, text)
        assert "address" in refused.value.fields

    @pytest.mark.parametrize("text", ["lina", "lina@", "@example.cn", "li na@example.cn", "lina@example"])
    def test_half_a_mail_address_is_refused(self, text):
        with pytest.raises(InvalidError):
            check_address(Channel.MAIL, text)

    def test_lists_show_too_little_to_use(self):
        assert masked(Channel.SMS, "13800138000") == "138****8000"
        assert masked(Channel.MAIL, "lina@example.cn") == "l***@example.cn"
        assert masked(Channel.WECOM, "LiNa") == "Li***"

    def test_channels_are_tried_in_order_and_each_once(self):
        known = {Channel.MAIL: "a@b.cn", Channel.SMS: "13800138000"}
        assert choose(known) is Channel.SMS
        assert choose(known, tried={Channel.SMS}) is Channel.MAIL
        assert choose(known, tried={Channel.SMS, Channel.MAIL}) is None
