"""Makes an input that breaks something smaller, roughly: pieces are left out as long as it still breaks."""

from __future__ import annotations

from collections.abc import Callable

_MOST_TRIES = 200


def shrunk(data: bytes, still_breaks: Callable[[bytes], bool]) -> bytes:
    """The smallest that was found in a bounded number of tries; the data itself if none is smaller."""
    size, tries = len(data) // 2, 0
    while size and tries < _MOST_TRIES:
        place = 0
        while place < len(data) and tries < _MOST_TRIES:
            less = data[:place] + data[place + size :]
            tries += 1
            if still_breaks(less):
                data = less
            else:
                place += size
        size //= 2
    return data
