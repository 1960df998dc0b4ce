"""Festival dates, compared with new moons and the sun's longitude (Meeus, Astronomical Algorithms)."""

from datetime import date
from math import floor, radians, sin

import pytest

from gongkai.lib.chinese.days import DRAGON_BOAT, FESTIVAL_YEARS, MID_AUTUMN, QINGMING, SPRING, find_festival

#: Terms of the true new moon: days, multiples of the sun's anomaly, the moon's, its argument of latitude.
_TERMS = (
    (-0.40720, 0, 1, 0),
    (0.17241, 1, 0, 0),
    (0.01608, 0, 2, 0),
    (0.01039, 0, 0, 2),
    (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0),
    (0.00208, 2, 0, 0),
    (-0.00111, 0, 1, -2),
)
#: Offset in days from dynamical time to Beijing time: eight hours, less some 70 to 110 seconds.
_BEIJING_OFFSET_DAYS = 8 / 24 - 90 / 86400
_TOLERANCE_DAYS = 0.006  # what the terms left out may come to, in days


def _new_moon(number: int) -> float:
    """Return a new moon, numbered from that of 6 January 2000, as a Julian day in Beijing time."""
    century = number / 1236.85
    sun = radians(2.5534 + 29.10535670 * number)
    moon = radians(201.5643 + 385.81693528 * number + 0.0107582 * century**2)
    node = radians(160.7108 + 390.67050284 * number - 0.0016118 * century**2)
    mean = 2451550.09766 + 29.530588861 * number + 0.00015437 * century**2
    return mean + sum(days * sin(s * sun + m * moon + f * node) for days, s, m, f in _TERMS) + _BEIJING_OFFSET_DAYS


def _sun(julian: float) -> float:
    """Return the sun's apparent longitude in degrees."""
    days = julian - 2451545.0
    anomaly = radians(357.52911 + 0.98560028 * days)
    mean = 280.46646 + 0.98564736 * days
    return (mean + 1.9146 * sin(anomaly) + 0.02 * sin(2 * anomaly) - 0.00569) % 360


def _julian(day: date) -> float:
    """Return the Julian day of the beginning of a day."""
    return day.toordinal() + 1721424.5


@pytest.mark.parametrize(("which", "nth"), [(SPRING, 0), (DRAGON_BOAT, 4), (MID_AUTUMN, 14)])
def test_lunar_festivals_have_fixed_distance_from_new_moon(which, nth):
    for year in FESTIVAL_YEARS:
        begins = _julian(find_festival(which, year)) - nth
        number = floor((begins - 2451550.09766) / 29.530588861 + 0.5)
        assert -_TOLERANCE_DAYS <= _new_moon(number) - begins <= 1 + _TOLERANCE_DAYS, year


def test_qingming_is_day_when_sun_passes_15_degrees():
    for year in FESTIVAL_YEARS:
        begins = _julian(find_festival(QINGMING, year)) - _BEIJING_OFFSET_DAYS
        assert _sun(begins) <= 15.02, year
        assert _sun(begins + 1) >= 14.98, year


def test_lunar_year_begins_after_winter_solstice_with_whole_months():
    """Without a leap month, 端午 is four months and four days after 春节, 中秋 three months and ten days after 端午."""
    for year in FESTIVAL_YEARS:
        spring, dragon, autumn = (find_festival(which, year) for which in (SPRING, DRAGON_BOAT, MID_AUTUMN))
        assert date(year, 1, 21) <= spring <= date(year, 2, 20)
        assert (dragon - spring).days in {121, 122, 123, 150, 151, 152}, year
        assert (autumn - dragon).days in {98, 99, 127, 128}, year
