"""How far a stop has come: one byte that gunicorn's master writes and its workers read.

The master imports this module before it forks, so that all share one page of memory.
"""

import mmap

SERVING, LINGERING, REFUSING = range(3)

_phase = mmap.mmap(-1, 1)


def enter(phase: int) -> None:
    """Tell all workers."""
    _phase[0] = phase


def is_leaving() -> bool:
    """Whether the stop has begun."""
    return _phase[0] != SERVING


def is_refusing() -> bool:
    """Whether requests that others can answer should go to them."""
    return _phase[0] == REFUSING
