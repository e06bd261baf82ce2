"""The kinds of power one can choose, and which of them are renewable (C15)."""

from enum import StrEnum


class PowerType(StrEnum):
    SOLAR = "solar"
    WIND = "wind"
    HYDRO = "hydro"
    GEOTHERMAL = "geothermal"
    OTHER = "other"  # oil, coal, gas


def is_renewable(kind: PowerType) -> bool:
    return kind is not PowerType.OTHER
