"""A dict whose keys are attributes too."""

from typing import Any


class _dict(dict):
    """`d.key` is `d.get("key")`: a missing key reads as None."""

    __slots__ = ()

    __getattr__ = dict.get
    __setattr__ = dict.__setitem__
    __delattr__ = dict.__delitem__
    __setstate__ = dict.update

    def __getstate__(self) -> "_dict":
        return self

    def update(self, other: Any = None, /, **kwargs: Any) -> "_dict":
        """Update in place and return self."""
        dict.update(self, other or (), **kwargs)
        return self

    def copy(self) -> "_dict":
        """A shallow copy of the same class."""
        return _dict(self)
