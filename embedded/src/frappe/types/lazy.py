"""A value that is computed once per object."""

import functools
from typing import Any


class cached_property(functools.cached_property):
    """As Python's since 3.12: without the lock that all objects of a class share.

    Under that lock (3.11) one thread would wait for the database, which another one keeps while it waits for the lock.
    """

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__[self.attrname] = self.func(instance)
        return value
