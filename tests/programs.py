"""The real programs that workbooks, pages and tables are opened with, signatures checked, and faults made."""

import os
import shutil

import pytest

SOFFICE = shutil.which("soffice")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MINISIGN = shutil.which("minisign")
RSCRIPT = shutil.which("Rscript")
PSPP = shutil.which("pspp")
STRACE = shutil.which("strace")
FAKETIME = shutil.which("faketime")
LOCALEDEF = shutil.which("localedef")
_ALL_NEEDED = os.environ.get("PFDS_ALL_PROGRAMS") == "1"


def _needs(program: str | None, what: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(program is None and not _ALL_NEEDED, reason=what)


needs_libreoffice = _needs(SOFFICE, "NO LIBREOFFICE HERE: workbooks are NOT opened by a real program")
needs_browser = _needs(CHROMIUM, "NO BROWSER HERE: pages are NOT looked at by a real program")
needs_minisign = _needs(MINISIGN, "NO MINISIGN HERE: signatures are NOT checked by the real program")
needs_r = _needs(RSCRIPT, "NO R HERE: tables are NOT read by the real program")
needs_pspp = _needs(PSPP, "NO PSPP HERE: the syntax of SPSS is NOT run by a real program")
needs_strace = _needs(STRACE, "NO STRACE HERE: calls of the system are NOT made to fail")
needs_faketime = _needs(FAKETIME, "NO FAKETIME HERE: other hours and years are NOT tried")
needs_locales = _needs(LOCALEDEF, "NO LOCALEDEF HERE: other locales are NOT tried")
