"""How fast the last look goes through text for 2,000 protected values: `python -m benchmarks.scan [MEGABYTES]`."""

from __future__ import annotations

import io
import sys
import time
from random import Random

from pfds.release.protected import Names, words
from pfds.release.scan.place import Place
from pfds.release.scan.raw import RawSeeker
from pfds.release.scan.seeker import TextSeeker
from pfds.release.scan.walk import Walk

_PROTECTED = 2000
_REPEATED = 5
_LATIN = "eeeaaaiioottnnssrrhhldcumfpgwybvk"
_CYRILLIC = "оооеееааиинннтттссррввллккммддппуяызьбгчйхжш"
_ADDRESS = "https://news.example/2025/11/05/{}-{}-{}/index.html"


def _word(random: Random, letters: str, shortest: int, longest: int) -> str:
    return "".join(random.choices(letters, k=random.randint(shortest, longest)))


def _text(random: Random, kind: str, size: int) -> str:
    letters = _CYRILLIC if kind == "Cyrillic" else _LATIN
    vocabulary = [_word(random, letters, 2, 10) for _ in range(30_000)]
    lines, length = [], 0
    while length < size:
        words_of_line = random.choices(vocabulary, k=14)
        if kind == "addresses":
            words_of_line = [_ADDRESS.format(*words_of_line[:3])]
        elif kind == "escapes":
            words_of_line = [f"{word}&amp;%20\\u0041" for word in words_of_line]
        lines.append(",".join(words_of_line))
        length += len(lines[-1].encode("utf-8")) + 1
    return "\n".join(lines)


def _timed(walk: Walk, kind: str, data: bytes) -> tuple[float, int]:
    start = time.process_time()
    found = sum(not each.is_part for each in walk.texts.stream(io.BytesIO(data), Place(kind), 0))
    return time.process_time() - start, found


def main(megabytes: int) -> None:
    """Prints the speed for each kind of text, in MB (10^6 bytes) for each second of processor time."""
    random = Random(20251105)  # noqa: S311 - test data
    written = [f"{_word(random, _LATIN, 4, 7)} {_word(random, _LATIN, 6, 11)}" for _ in range(_PROTECTED // 2)]
    written += [f"{_word(random, _CYRILLIC, 4, 7)} {_word(random, _CYRILLIC, 6, 11)}" for _ in range(_PROTECTED // 2)]
    start = time.process_time()
    seeker = TextSeeker(Names(frozenset(map(words, written)), frozenset()))
    walk = Walk(seeker, RawSeeker(seeker, written))
    print(f"prepared {len(written):,} values in {time.process_time() - start:.1f} s")
    for kind in ("Latin", "Cyrillic", "addresses", "escapes"):
        data = _text(random, kind, megabytes * 1_000_000).encode("utf-8")
        seconds, found = min(_timed(walk, kind, data) for _ in range(_REPEATED))
        print(f"{kind}: {len(data) / 1e6 / seconds:.0f} MB/s, {found} found")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
