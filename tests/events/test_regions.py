import doctest
from itertools import product

import pytest

from ecluse.events import is_region, region_code, region_interval, region_number, regions

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize("region", ["BR", "br", "BR-SP", "br-sp", "FR-75", "GB-ENG", "US-1"])
def test_what_is_a_region(region):
    assert is_region(region)
    assert region_number(region) == region_number(region.upper())


@pytest.mark.parametrize("region", ["", "B", "BRA", "BR-", "BR-SPXX", "B1", "BR SP", "BR-S_", "ÉR", "BR\n", "BR-SP-1"])
def test_what_is_none(region):
    assert not is_region(region)


def test_every_region_has_a_number_of_its_own_in_its_country():
    parts = ["", *SIGNS, *(a + b for a, b in product(SIGNS, SIGNS)), "000", "ZZZ", "A0Z"]
    numbers = [
        region_number(f"{country}-{part}" if part else country) for country in ("AA", "AB", "ZZ") for part in parts
    ]
    assert len(set(numbers)) == len(numbers)
    codes = [f"{country}-{part}" if part else country for country in ("AA", "AB", "ZZ") for part in parts]
    assert [region_code(number) for number in numbers] == codes
    assert 0 < min(numbers) <= max(numbers) < 1 << 26
    for country in ("AA", "AB", "ZZ"):
        low, high = region_interval(country)
        assert low == region_number(country)
        inside = [low <= number <= high for number in numbers]
        assert sum(inside) == len(parts)


def test_a_part_of_a_country_is_an_interval_of_one():
    assert region_interval("BR-SP") == (region_number("BR-SP"), region_number("BR-SP"))


def test_examples():
    assert doctest.testmod(regions).failed == 0
