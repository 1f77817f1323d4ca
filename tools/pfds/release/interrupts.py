"""Ctrl-C, and the request to end: what they cut off, and from when on they no longer do."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

_REQUESTS: Final = (signal.SIGINT, signal.SIGTERM)
_received: list[int] = []


class Interrupted(BaseException):
    """Somebody wants the command to end. What it began is cleared up on the way out."""


def catch_interrupts() -> None:
    """From now on a request to end raises Interrupted, once: what is cleared up then is not interrupted again.

    A request that whoever started the command had ignored stays ignored.
    """
    _received.clear()
    for number in _REQUESTS:
        if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            with suppress(ValueError):  # a thread that is not the main one gets no signals
                signal.signal(number, _stop)


@contextmanager
def held_back() -> Iterator[None]:
    """A request to end waits meanwhile, where the system can let it wait."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _REQUESTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def interrupted_by() -> int | None:
    """The number of the signal that the command was interrupted by."""
    return _received[0] if _received else None


def beyond_recall() -> None:
    """Called before the last steps of a command, which belong together and take no time: nothing interrupts them.

    Raises Interrupted if there was a request that other code kept to itself. Does nothing in a program that did not
    catch interrupts.
    """
    if _received:
        raise Interrupted
    if signal.getsignal(signal.SIGINT) is _stop or signal.getsignal(signal.SIGTERM) is _stop:
        _ignore()


def _stop(number: int, _: FrameType | None) -> None:
    _ignore()
    _received.append(number)
    raise Interrupted


def _ignore() -> None:
    for number in _REQUESTS:
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_IGN)
