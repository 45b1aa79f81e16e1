"""Counties as addresses write them."""

import pytest

from crmconnect.core import counties


@pytest.mark.parametrize(
    ("code", "text"),
    [("RO-CJ", "jud. Cluj"), ("RO-B", "București"), ("Bayern", "Bayern"), ("", ""), (None, "")],
)
def test_a_county_is_written_with_its_name(code: str | None, text: str) -> None:
    assert counties.written(code) == text


def test_there_are_forty_one_counties_and_the_capital() -> None:
    assert len(counties.NAMES) == 42 == len(set(counties.NAMES.values()))
