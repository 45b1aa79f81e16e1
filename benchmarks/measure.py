"""Two things measured in turns, so that a busy machine slows both; ratios of medians and of minima."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Times = dict[str, list[float]]


def interleaved(
    contestants: Mapping[str, Callable[[], object]],
    rounds: int,
    repeat: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> Times:
    """Seconds per call of each contestant, A B A B …; each round is the mean of ``repeat`` calls.

    With ``clock=time.process_time`` only this process's own work counts, not what it waits for or others do.
    """
    for work in contestants.values():
        work()
    times: Times = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            start = clock()
            for _ in range(repeat):
                work()
            times[name].append((clock() - start) / repeat)
    return times


@dataclass(frozen=True)
class Result:
    """One line of the report: a figure against its goal."""

    title: str
    value: float
    goal: float
    unit: str = "×"
    at_least: bool = False
    detail: str = ""

    @property
    def reached(self) -> bool:
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "reached" if self.reached else "MISSED"
        goal = f"goal {sign} {self.goal:g}{self.unit}"
        return f"{verdict:8} {self.title}: {self.value:.2f}{self.unit} ({goal}) {self.detail}".rstrip()


def ratio(title: str, times: Times, own: str, other: str, goal: float) -> Result:
    """How many times longer ``own`` takes than ``other``: of the medians, with the minima and the times beside it."""
    mine, theirs = times[own], times[other]
    value = statistics.median(mine) / statistics.median(theirs)
    minima = min(mine) / min(theirs)
    detail = f"minima {minima:.2f}×; {own} {spell(mine)}, {other} {spell(theirs)}"
    return Result(title, value, goal, detail=detail)


def spell(times: list[float]) -> str:
    """Median and minimum in milliseconds."""
    return f"{statistics.median(times) * 1e3:.3g} ms (min {min(times) * 1e3:.3g})"
