"""Request scope: the namespace `frappe.local` and the proxies into it.

Every thread (and every asyncio task) starts with an empty namespace: what one request sets no other ever sees.
"""

from contextvars import ContextVar
from typing import Any

from werkzeug.local import LocalProxy as _WerkzeugProxy

_scope: ContextVar[dict[str, Any] | None] = ContextVar("frappe_scope", default=None)


class Local:
    """Attribute access to the values of the current request, job or command."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        values = _scope.get()
        if values is not None and name in values:
            return values[name]
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        values = _scope.get()
        if values is None:
            values = {}
            _scope.set(values)
        values[name] = value

    def __delattr__(self, name: str) -> None:
        values = _scope.get()
        if values is None or name not in values:
            raise AttributeError(name)
        del values[name]

    def __iter__(self):
        return iter((_scope.get() or {}).items())

    def __call__(self, name: str) -> "LocalProxy":
        return proxy(name)


class LocalProxy(_WerkzeugProxy):
    """Stands for a value of the current scope; false when there is none."""

    __slots__ = ()

    # The plain methods below are several times faster than werkzeug's generic ones and are called all the time.
    def __getattr__(self, name: str) -> Any:
        return getattr(self._get_current_object(), name)

    def __getitem__(self, key: Any) -> Any:
        return self._get_current_object()[key]

    def __bool__(self) -> bool:
        try:
            return bool(self._get_current_object())
        except RuntimeError:
            return False

    def __contains__(self, key: Any) -> bool:
        return key in self._get_current_object()


def proxy(name: str, make=None) -> LocalProxy:
    """Return a proxy of `frappe.local.<name>`; `make` builds the value on first use when the scope has none."""

    def current() -> Any:
        values = _scope.get()
        if values is not None and values.get(name) is not None:
            return values[name]
        if make is not None and values:
            value = values[name] = make()
            return value
        if values is not None and name in values:
            return values[name]
        raise RuntimeError(f"frappe.{name} is not bound: call frappe.init() first")

    return LocalProxy(current)


def release_local(_local: Local | None = None) -> None:
    """Forget everything of the current scope."""
    _scope.set({})
