"""What a release has to pass before it is published; whatever does not pass raises GateRefused on the way."""

from __future__ import annotations

from typing import Final

from pfds.editions.quality import Gate

GATES: Final = (
    Gate("dataset-valid", "The dataset has no place that must be fixed."),
    Gate("version-new", "The version has the form YYYY.M.N, and no other release has it."),
    Gate("licence-accepted", "The licence is one that is accepted for data."),
    Gate("chain-unbroken", "The release before it is as it was published."),
    Gate("same-key", "The release is signed with the key of the store, if the store has one."),
    Gate("nothing-returned", "No withdrawn record came back."),
    Gate("nothing-given-back", "Nothing that an earlier release kept back is published undecided."),
    Gate(
        "nothing-lost", "Every record of the dataset is published once, or kept back, and reads back as it was written."
    ),
    Gate("nothing-kept-back", "No name, identifier or other value that is kept back stands in any file."),
    Gate("nothing-withdrawn", "Identifiers of withdrawn records stand only where their removal is told."),
    Gate("change-class", "The differences from the release before are of the class declared, if one was."),
)
