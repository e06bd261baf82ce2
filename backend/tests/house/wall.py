"""The wall: what on the meter's side would name a person, or tie a charge to one."""

import ast
import re

from tests.house.tree import Source

METER_SIDE = ("backend/konsento/mdms", "backend/konsento/outage", "backend/konsento/environment")
# Parts of snake_case words. `name` is among them: what has no person has a label or a code.
# fmt: off
PERSONAL = frozenset({
    "account", "address", "birth", "birthday", "buyer", "card", "client", "consent", "contact",
    "cookie", "customer", "driver", "email", "family", "firstname", "gender", "given", "guest",
    "holder", "household", "identity", "language", "lastname", "locale", "login", "mail",
    "member", "mobile", "name", "nickname", "operator", "owner", "passkey", "password", "payer",
    "payment", "people", "person", "phone", "plate", "receipt", "recipient", "session",
    "subscriber", "subscription", "surname", "tel", "telephone", "tenant", "user", "username",
    "vehicle", "visitor",
})
# fmt: on
COUNTED = "how many households of an area are without power, never which"
NO_PERSONS = {
    "Hop.name": "the hop's own: head-end, concentrator, relay, meter",
    "AreaOut.households": COUNTED,
    "AreaOut.households_out": COUNTED,
    "AreaView.households": COUNTED,
    "AreaView.households_out": COUNTED,
    "AreaView.households_out_max": COUNTED,
    "OutageView.households_out": COUNTED,
    "OutageView.households_out_max": COUNTED,
}


def personal_words(identifier: str) -> set[str]:
    """The words of an identifier that speak of a person, singular or plural."""
    words = set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier).lower().split("_"))
    return {word for word in words if word in PERSONAL or word.removesuffix("s") in PERSONAL}


def _fields(node: ast.ClassDef) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for line in node.body:
        targets = line.targets if isinstance(line, ast.Assign) else []
        if isinstance(line, ast.AnnAssign):
            targets = [line.target]
        found += [(line.lineno, each.id) for each in targets if isinstance(each, ast.Name)]
        # A field may go under another name on the wire or in the database.
        found += [
            (line.lineno, str(word.value.value))
            for call in ast.walk(line)
            if isinstance(call, ast.Call)
            for word in call.keywords
            if word.arg in {"name", "db_column_name"} and isinstance(word.value, ast.Constant)
        ]
    return found


def personal_fields(source: Source) -> list[str]:
    """Columns of tables and fields of structs that could hold a person."""
    return [
        f"{source.name}:{line}: {node.name}.{field} could name a person"
        for node in ast.walk(source.tree())
        if isinstance(node, ast.ClassDef) and node.bases
        for line, field in _fields(node)
        if personal_words(field) and f"{node.name}.{field}" not in NO_PERSONS
    ]


def personal_columns(source: Source) -> list[str]:
    """The same, in the SQL that makes the tables: every word of a statement that defines."""
    return [
        f"{source.name}:{node.lineno}: `{word}` could name a person"
        for node in ast.walk(source.tree())
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.match(r"\s*(CREATE|ALTER)\s", node.value, re.I)
        for word in re.findall(r"[A-Za-z_]\w*", node.value)
        if personal_words(word)
    ]
