"""The SDK's own parameter types, made strict: the oracle of what Stripe takes.

The SDK marks every list of words as open (`Literal[...] | str`) and every mapping as extensible.
Here the lists are closed and an unknown name is an error.
"""

import functools
import sys
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typing_extensions as te
from pydantic import ConfigDict, Strict, TypeAdapter
from stripe import RequestOptions

UNTYPED = "UntypedStripeObject"


@functools.cache
def adapter(params: type, *, strict: bool) -> TypeAdapter[Any]:
    """What checks values against a parameter type; `strict` keeps "1" and 1 apart."""
    return TypeAdapter(_closed_table(params, strict))


@functools.cache
def _closed_table(params: type, strict: bool) -> Any:
    own = {
        name: hint
        for name, hint in params.__annotations__.items()
        if name not in RequestOptions.__annotations__
    }
    holder = type(params.__name__, (), {"__annotations__": own})
    space = vars(sys.modules[params.__module__])
    hints = te.get_type_hints(holder, globalns=space, include_extras=True)
    fields = {name: _closed(hint, strict) for name, hint in hints.items()}
    make_table: Any = te.TypedDict
    closed = make_table(params.__name__, fields)
    closed.__pydantic_config__ = ConfigDict(extra="forbid")
    return closed


def _closed(hint: Any, strict: bool) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is te.NotRequired:
        return te.NotRequired[_closed(args[0], strict)]
    if origin in (Union, types.UnionType):
        closed_list = any(get_origin(arg) is Literal for arg in args)
        kept = [
            _closed(arg, strict)
            for arg in args
            if not (closed_list and arg is str) and UNTYPED not in str(arg)
        ]
        return Union[tuple(kept)]  # noqa: UP007
    if origin is list:
        return list[_closed(args[0], strict)]  # type: ignore[misc]
    if te.is_typeddict(hint):
        return _closed_table(hint, strict)
    return Annotated[int, Strict()] if hint is int and strict else hint
