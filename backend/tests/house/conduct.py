"""Rules on what code may do that ruff cannot see. Each takes one source and tells what is wrong."""

import ast
import re

from tests.house.tree import Source

FOUNDATION = "backend/konsento/foundation"
DATABASE_METHODS = {
    "transaction": "write inside `async with DATABASE.writing()`",
    "atomic": "write inside `async with DATABASE.writing()`",
    "batch": "page by key: a batch keeps a connection while its reader dawdles",
}
OTHERS_PACE = {
    "backend/konsento/management/payments/stripe_gateway.py": "the SDK's pause before it asks a "
    "provider again is in the provider's seconds, however fast our clock runs",
}
LEFT_OUT = {"skip", "skipif", "xfail", "importorskip"}
INLINE = {
    "a script between its tags": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a style between its tags": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"=\s*[\"']?\s*javascript:", re.I),
}


def transactions(source: Source) -> list[str]:
    """Raw transactions and batches stay in the foundation, where cancelling them is made safe."""
    if source.under(FOUNDATION):
        return []
    return [
        f"{source.name}:{node.lineno}: {DATABASE_METHODS[node.func.attr]}"
        for node in ast.walk(source.tree())
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in DATABASE_METHODS
    ]


def sleeps(source: Source) -> list[str]:
    """Who waits, waits by a Clock; `asyncio.sleep(0)`, which only gives way, is no wait."""
    if source.under(FOUNDATION) or source.name in OTHERS_PACE:
        return []
    return [
        f"{source.name}:{node.lineno}: wait by a Clock, it can be sped up and held still"
        for node in ast.walk(source.tree())
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"asyncio.sleep", "anyio.sleep"}
        and [ast.unparse(word) for word in node.args] != ["0"]
    ]


def left_out(source: Source) -> list[str]:
    """A test that does not run proves nothing."""
    return [
        f"{source.name}:{node.lineno}: `{ast.unparse(node)}` leaves a test out"
        for node in ast.walk(source.tree())
        if isinstance(node, ast.Attribute)
        and node.attr in LEFT_OUT
        and ast.unparse(node.value) in {"pytest", "pytest.mark"}
    ]


def inline(source: Source) -> list[str]:
    """A page carries no script and no style of its own: the content policy forbids both."""
    text = re.sub(r"<!--.*?-->", "", source.text, flags=re.S)
    return [f"{source.name}: {what}" for what, pattern in INLINE.items() if pattern.search(text)]
