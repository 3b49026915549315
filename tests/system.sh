#!/usr/bin/env bash
# Installs the programs that the tests drive, where that is possible without asking:
# as root on Debian. Elsewhere the tests that need them are skipped, loudly.
set -u
declare -A package=(
  [chromium]=chromium [pdftoppm]=poppler-utils [qpdf]=qpdf [openssl]=openssl
)
missing=()
for program in "${!package[@]}"; do
  command -v "$program" >/dev/null 2>&1 || missing+=("${package[$program]}")
done
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
ls /usr/share/fonts/truetype/hanazono/*.ttf >/dev/null 2>&1 || missing+=(fonts-hanazono)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests: ${missing[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "not installed here, tests that need them will be skipped: ${missing[*]}"
fi
exit 0
