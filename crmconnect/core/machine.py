"""State machines as data: the states of a document, their numbers, the moves between them, what may be edited where.

Plain values only: one object is checked by the server, drawn by the clients and compared with the Workflow in tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

#: Editable marker: every field that is not the system's own.
ALL = frozenset({"*"})


@dataclass(frozen=True)
class State:
    """One state: its label (``status``), its number (``status_code``) and the fields that people may edit in it."""

    label: str
    code: int | None = None
    editable: frozenset[str] = frozenset()
    docstatus: int = 0
    style: str = ""


@dataclass(frozen=True)
class Move:
    """One permitted move: ``action`` leads from any of ``sources`` to ``target``."""

    action: str
    sources: frozenset[str]
    target: str
    #: Moves of a person stand in the Workflow; the system's own (payment, night job, client's page) do not.
    by_person: bool = True


@dataclass(frozen=True)
class Machine:
    """The states and moves of one DocType; the first state is where a new document starts."""

    doctype: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    _by_label: dict[str, State] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_label", {s.label: s for s in self.states})
        for move in self.moves:
            for label in (*move.sources, move.target):
                if label not in self._by_label:
                    raise ValueError(f"{self.doctype}: move {move.action} names the unknown state {label}")

    @property
    def initial(self) -> State:
        """The state of a new document."""
        return self.states[0]

    def state(self, label: str | None) -> State:
        """The state of that label; an empty label is the initial one. KeyError for an unknown label."""
        return self._by_label[label] if label else self.initial

    def code(self, label: str | None) -> int | None:
        """The number of a state, None where the states carry no numbers."""
        return self.state(label).code

    def move(self, action: str, label: str | None) -> Move | None:
        """The move that ``action`` makes from the state ``label``, None when there is none."""
        source = self.state(label).label
        return next((m for m in self.moves if m.action == action and source in m.sources), None)

    def sources(self, action: str) -> list[str]:
        """Every state from which ``action`` leads somewhere, in the order of the states."""
        wanted = {label for m in self.moves if m.action == action for label in m.sources}
        return [s.label for s in self.states if s.label in wanted]

    def may_edit(self, label: str | None, fieldname: str) -> bool:
        """Whether a person may change ``fieldname`` while the document is in the state ``label``."""
        editable = self.state(label).editable
        return "*" in editable or fieldname in editable


def move(action: str, sources: str | Iterable[str], target: str, *, by_person: bool = True) -> Move:
    """Shorthand for :class:`Move`; ``sources`` is one label or several."""
    labels = {sources} if isinstance(sources, str) else set(sources)
    return Move(action, frozenset(labels), target, by_person)


def fields(*names: str) -> frozenset[str]:
    """Shorthand for the set of editable fields of a state."""
    return frozenset(names)
