#!/usr/bin/env bash
# The programs that the tests open workbooks, pages and tables with, check signatures with and make faults with, from Debian's packages.
# Where they cannot be installed the tests that need them are skipped, loudly; with PFDS_ALL_PROGRAMS=1 their absence is an error.
set -euo pipefail

missing=()
command -v soffice >/dev/null || missing+=(libreoffice-calc)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v minisign >/dev/null || missing+=(minisign)
command -v Rscript >/dev/null || missing+=(r-base-core)
command -v pspp >/dev/null || missing+=(pspp)
command -v strace >/dev/null || missing+=(strace)
command -v faketime >/dev/null || missing+=(faketime)
command -v localedef >/dev/null && [ -e /usr/share/i18n/locales/tr_TR ] || missing+=(locales)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} for the tests (once, a few minutes) …"
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
    exit 0
  fi
fi
echo "NOT INSTALLED: ${missing[*]}. The tests that need them are SKIPPED. Install them and run the tests again." >&2
[ "${PFDS_ALL_PROGRAMS:-}" = 1 ] && exit 1
exit 0
