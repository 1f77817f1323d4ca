"""The words of text cells as numbers, for many cells at once: words that fold alike have the same number."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import normalize

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pfds.standard.folding import FOLDED

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

_CODE_POINTS = 0x110000
_BREAK = "\n"
# A letter weighs less than 2**26 and no character folds to 32 of them, so that no sum of letters reaches SPACE,
# and none of a whole cell (under 2**31 characters) overflows.
SPACE, _MIXED, _UNSEEN = 1 << 31, 1 << 32, 1 << 33
_BASE, _MODULUS = 31415927, 67108859


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some cells in the order in which they stand; `numbers` holds one number above 0 for each.

    `places` and `starts` are where each word and each cell begins in `text`, which holds all cells.
    """

    numbers: Numbers
    places: Places
    starts: Places
    text: str

    def cells_of(self, words: Places) -> Places:
        """Index of the cell in which each of these words (indexes into `numbers`) stands."""
        return np.searchsorted(self.starts, self.places[words], side="right") - 1

    def run(self, cell: int, first: int, count: int) -> str:
        """Text of ``count`` words from the index ``first`` on, of fewer if the cell ends before."""
        end = self.starts[cell + 1]
        if first + count < len(self.places):
            end = min(end, self.places[first + count])
        return self.text[self.places[first] : end]


def number_of(word: str) -> int:
    """The number of a word of folded text, above 0; words of the same letters in another order share it."""
    return sum(pow(_BASE, ord(letter), _MODULUS) for letter in word)


class WordReader:
    """Reads words from cells, and remembers the characters that it has met."""

    def __init__(self) -> None:
        self.weights = np.full(_CODE_POINTS, _UNSEEN, np.uint64)

    def read(self, cells: pa.StringArray) -> Words:
        """All words of the cells; null has none. Takes about 30 bytes of memory for each character."""
        text, starts = _joined(cells), _starts(cells)
        weights = self._weigh(text)
        if weights.max() == _MIXED:
            text, starts = _spread(text, np.flatnonzero(weights == _MIXED), starts)
            weights = self._weigh(text)
        spaces = np.flatnonzero(weights == SPACE)
        sums = np.diff(np.cumsum(weights)[spaces]) - np.uint64(SPACE)
        words = np.flatnonzero(sums)
        return Words(sums[words], spaces[words] + 1, starts, text)

    def _weigh(self, text: str) -> Numbers:
        codes = _codes(text)
        weights = self.weights[codes]
        if weights.max() == _UNSEEN:
            for code in np.unique(codes[weights == _UNSEEN]).tolist():
                self.weights[code] = _weight(code)
            weights = self.weights[codes]
        return weights


def _weight(code: int) -> int:
    folded = FOLDED[code]
    if " " not in folded:
        return number_of(folded)
    return SPACE if folded == " " else _MIXED


def _joined(cells: pa.StringArray) -> str:
    one_list = pa.ListArray.from_arrays(pa.array([0, len(cells)], pa.int32()), cells.fill_null(""))
    return f"{_BREAK}{pc.binary_join(one_list, _BREAK)[0].as_py()}{_BREAK}"


def _starts(cells: pa.StringArray) -> Places:
    """Where in the joined text each cell begins, and where one after the last would."""
    lengths = pc.utf8_length(cells.fill_null("")).to_numpy()
    starts: Places = np.cumsum(np.concatenate([[0], lengths]) + 1)
    return starts


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


def _spread(text: str, spots: Places, starts: Places) -> tuple[str, Places]:
    """Puts for each character that folds to both letters and spaces, such as a fraction, its parts, which do not."""
    mixed, kinds = np.unique(_codes(text)[spots], return_inverse=True)
    parts = {chr(code): normalize("NFKD", chr(code)) for code in mixed.tolist()}
    for char, apart in parts.items():
        text = text.replace(char, apart)
    longer = np.array([len(apart) - 1 for apart in parts.values()])[kinds]
    return text, starts + np.concatenate([[0], np.cumsum(longer)])[np.searchsorted(spots, starts)]
