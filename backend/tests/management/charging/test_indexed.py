"""What every start asks the database is found by an index, however many sessions there were."""

import sqlite3

from konsento.management.charging.session import HOLDS_OUTLET
from konsento.management.charging.store import HOLDS
from konsento.management.charging.tables import STEPS


def test_the_words_of_the_index_are_the_states_that_hold_an_outlet() -> None:
    said = {word.strip("' ") for word in HOLDS.partition("(")[2].rstrip(")").split(",")}
    assert said == {state.value for state in HOLDS_OUTLET}


def test_whoever_holds_an_outlet_is_found_by_the_index_of_those() -> None:
    conn = sqlite3.connect(":memory:")
    for step in STEPS:
        for statement in step.statements:
            conn.execute(statement)
    sql = f"EXPLAIN QUERY PLAN SELECT * FROM session WHERE outlet = ? AND {HOLDS}"
    ((*_, plan),) = conn.execute(sql, ["OKW-0001"]).fetchall()
    conn.close()
    assert plan == "SEARCH session USING INDEX session_holds_outlet (outlet=?)"
