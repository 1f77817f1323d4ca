"""The real programs that workbooks, pages and tables are opened with, signatures checked, and faults made."""

import os
import shutil

import pytest

SOFFICE = shutil.which("soffice")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MINISIGN = shutil.which("minisign")
RSCRIPT = shutil.which("Rscript")
STRACE = shutil.which("strace")
FAKETIME = shutil.which("faketime")
_ALL_NEEDED = os.environ.get("PFDS_ALL_PROGRAMS") == "1"

needs_libreoffice = pytest.mark.skipif(
    SOFFICE is None and not _ALL_NEEDED, reason="NO LIBREOFFICE HERE: workbooks are NOT opened by a real program"
)
needs_browser = pytest.mark.skipif(
    CHROMIUM is None and not _ALL_NEEDED, reason="NO BROWSER HERE: pages are NOT looked at by a real program"
)
needs_minisign = pytest.mark.skipif(
    MINISIGN is None and not _ALL_NEEDED, reason="NO MINISIGN HERE: signatures are NOT checked by the real program"
)
needs_r = pytest.mark.skipif(
    RSCRIPT is None and not _ALL_NEEDED, reason="NO R HERE: tables are NOT read by the real program"
)
needs_strace = pytest.mark.skipif(
    STRACE is None and not _ALL_NEEDED, reason="NO STRACE HERE: calls of the system are NOT made to fail"
)
needs_faketime = pytest.mark.skipif(
    FAKETIME is None and not _ALL_NEEDED, reason="NO FAKETIME HERE: other hours and years are NOT tried"
)
