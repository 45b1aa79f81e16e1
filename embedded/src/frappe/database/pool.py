"""Idle connections of this process, to be used again: opening one costs more than a small request."""

import os
import threading
from collections import defaultdict
from typing import Any

KEEP = 16


class Pool:
    """Connections by what they are connected to. A forked child never touches its parent's."""

    def __init__(self) -> None:
        self._idle: dict[tuple, list[Any]] = defaultdict(list)
        self._guard = threading.Lock()

    def take(self, key: tuple) -> Any:
        """An idle connection, or None."""
        with self._guard:
            idle = self._idle.get((os.getpid(), *key))
            return idle.pop() if idle else None

    def give(self, key: tuple, connection: Any) -> bool:
        """Keep a connection; False when there are enough and it should be closed."""
        with self._guard:
            idle = self._idle[(os.getpid(), *key)]
            if len(idle) < KEEP:
                idle.append(connection)
                return True
        return False

    def discard(self, first: str) -> None:
        """Close the idle connections whose key begins with `first`."""
        with self._guard:
            keys = [key for key in self._idle if key[:2] == (os.getpid(), first)]
            connections = [connection for key in keys for connection in self._idle.pop(key)]
        for connection in connections:
            connection.close()
