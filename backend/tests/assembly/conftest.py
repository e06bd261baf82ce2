"""The same house as in the rooms' own stories, seen from outside."""

from tests.management.conftest import brisk, driver, house, neighbour, new_world, street

__all__ = ["brisk", "driver", "house", "neighbour", "new_world", "street"]
