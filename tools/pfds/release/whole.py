"""Whether the files of a release and its signature are as they were published."""

from __future__ import annotations

from pathlib import Path

from minisign import PublicKey

from pfds.release.manifest import BrokenManifest, differences, read_manifest
from pfds.release.sign import BadKey, store_key, wrong_signature


def not_whole(folder: Path, public: PublicKey | None = None) -> list[str]:
    """What is wrong with the files of a release and its signature, one sentence each, whatever is in them."""
    try:
        if changed := list(differences(folder, read_manifest(folder))):
            return changed
        public = public or store_key(folder.resolve().parent)
    except (BrokenManifest, BadKey) as wrong:
        return [str(wrong)]
    wrongly_signed = wrong_signature(folder, public) if public else None
    return [wrongly_signed] if wrongly_signed else []
