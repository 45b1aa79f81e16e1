"""Check of the annotated arguments of whitelisted functions."""

import functools
from collections.abc import Callable
from inspect import isclass
from typing import Any, ForwardRef, Union
from unittest import mock

from frappe.exceptions import FrappeTypeError

# what browsers send for a checkbox
_ALSO_ACCEPTED: dict[Any, tuple[type, ...]] = {bool: (int, bool, float)}


def validate_argument_types(func: Callable, apply_condition: Callable[[], bool] = lambda: True) -> Callable:
    """Wrap `func`: when the condition holds, arguments are converted to their annotated types.

    The wrapper raises FrappeTypeError for those that cannot be.
    """

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if (args or kwargs) and apply_condition():
            args, kwargs = transform_parameter_types(func, args, kwargs)
        return func(*args, **kwargs)

    return wrapper


@functools.lru_cache(maxsize=2048)
def _adapter(type_: Any) -> Any:
    from pydantic import ConfigDict, PydanticUserError, TypeAdapter  # takes 0.1 s to import

    try:
        return TypeAdapter(type_, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        return TypeAdapter(type_)  # the type brings its own configuration


def transform_parameter_types(func: Callable, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
    """Return the arguments, converted where the annotation asks for it (text "5" for an int becomes 5)."""
    from frappe.appindex import _parameters

    annotations = {name: type_ for name, type_ in func.__annotations__.items() if name != "return"}
    if not annotations:
        return args, kwargs
    names = func.__code__.co_varnames[: func.__code__.co_argcount]
    positions = {name: i for i, name in enumerate(names[: len(args)])}
    parameters = _parameters(func)[0]
    new_args, new_kwargs = list(args), dict(kwargs)
    for name, type_ in annotations.items():
        if name in new_kwargs:
            new_kwargs[name] = _convert(func, name, type_, new_kwargs[name], parameters)
        elif name in positions:
            at = positions[name]
            new_args[at] = _convert(func, name, type_, new_args[at], parameters)
    return tuple(new_args), new_kwargs


def _convert(func: Callable, name: str, type_: Any, value: Any, parameters: dict) -> Any:
    parts = getattr(type_, "__args__", None) or ()
    if isinstance(type_, ForwardRef | str) or any(isinstance(part, ForwardRef | str) for part in parts):
        return value
    if isinstance(value, mock.Mock) or name not in parameters:
        return value
    accepted = _ALSO_ACCEPTED.get(type_, (type_,))
    default = parameters[name].default
    if default is not parameters[name].empty and type(default) not in accepted:
        accepted = (*accepted, type(default))
    from pydantic import ValidationError

    try:
        converted = _adapter(Union[accepted]).validate_python(value)  # noqa: UP007  built from a tuple
    except (TypeError, ValidationError) as error:
        raise _type_error(func, name, Union[accepted], value) from error  # noqa: UP007
    if converted is ...:
        raise _type_error(func, name, type_, value)
    return converted


def _type_error(func: Callable, name: str, type_: Any, value: Any) -> FrappeTypeError:
    where = f"{func.__module__}.{func.__qualname__}"
    return FrappeTypeError(
        f"Argument '{name}' in '{where}' should be of type '{_type_name(type_)}' but got '{_type_name(value)}' instead."
    )


def _type_name(obj: Any) -> str:
    found = obj if isclass(obj) else type(obj)
    if found.__module__ in ("typing", "types"):
        return str(obj)
    return found.__qualname__ if found.__module__ == "builtins" else f"{found.__module__}.{found.__qualname__}"
