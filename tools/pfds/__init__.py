"""The toolkit of the Press Freedom Data Standard: validate submissions, build and verify releases."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pfds.api import UnreadableInput, Validation, validate

__version__ = "0.1.0"
__all__ = ["UnreadableInput", "Validation", "__version__", "validate"]


def __getattr__(name: str) -> Any:
    """What the library offers is loaded when it is asked for: the command needs little of it to show its help."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pfds import api  # noqa: PLC0415

    return getattr(api, name)
