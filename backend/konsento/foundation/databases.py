"""The two databases of the house. They share no key; only a request number crosses.

GRID is the meter side (control system, outages, environment) and can name no person.
PEOPLE is the management side.
"""

from konsento.foundation.database import Database

GRID = Database("grid")
PEOPLE = Database("people")
