"""What reading and judging the files of a submission gave, file by file or put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from pfds.checks.account import Account
from pfds.checks.keys import Presence
from pfds.checks.places import Places
from pfds.checks.tally import Tally
from pfds.intake.metadata import merge_meta
from pfds.intake.tables import InputFile
from pfds.standard.findings import Skipped


@dataclass(slots=True)
class Gathered:
    """Findings, files and metadata, and what later checks must know of all cells.

    ``present`` are the tables of which a file was opened, ``unreadable`` those that were not read to their end;
    ``filled`` and ``defective`` are tables and fields with cells that hold something, or that say nothing; ``claimed``
    those that claims are about. The identifiers of a table that is not ``repeating`` rise from record to record.
    ``protected`` says whether anybody is not public; in the tables ``searched`` the names of these were looked for
    already.
    """

    tally: Tally
    places: Places = field(default_factory=Places)
    account: Account = field(default_factory=Account)
    skipped: list[Skipped] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    meta: dict[str, object] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    filled: set[tuple[str, str]] = field(default_factory=set)
    defective: set[tuple[str, str]] = field(default_factory=set)
    repeating: set[str] = field(default_factory=set)
    claimed: set[tuple[str, str]] = field(default_factory=set)
    protected: bool = False
    searched: set[str] = field(default_factory=set)

    def presence(self, *, complete: bool) -> Presence:
        """Which tables and fields there are."""
        return Presence(
            frozenset(self.present),
            frozenset(self.unreadable),
            frozenset(self.filled),
            frozenset(self.repeating),
            complete,
        )

    def add(self, other: Gathered, file: str) -> None:
        """Take note of what a further ``file`` gave, its records numbered after those before."""
        self.tally.add_all(other.tally)
        self.tally.add(merge_meta(self.meta, other.meta, file))
        self.places.add(other.places)
        self.account.add(other.account)
        self.skipped.extend(other.skipped)
        self.files.extend(other.files)
        self.repeating |= other.repeating | (self.present & other.present)
        self.present |= other.present
        self.unreadable |= other.unreadable
        self.filled |= other.filled
        self.defective |= other.defective
        self.claimed |= other.claimed
        self.protected |= other.protected
