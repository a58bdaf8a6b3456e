/**
 * The command `envCache`, for bash 3.2 and newer: keeps each key as a file in the folder that BACKLINE_ENV_CACHE
 * names. AWS documentation: "Using environment variables", persisting a value between builds. An unknown key gives
 * nothing, and status 0 (Backline's choice).
 */
export const envCacheScript = String.raw`#!/usr/bin/env bash
# Keeps values from one build of a branch to the next.

usage() {
  printf 'Usage: envCache --set KEY VALUE\n       envCache --get KEY\n' >&2
  exit 1
}

check_key() {
  local LC_ALL=C
  if [[ $1 == . || $1 == .. || ! $1 =~ ^[A-Za-z0-9_.-]{1,128}$ ]]; then
    printf 'envCache: a key is 1 to 128 of A-Z a-z 0-9 _ . - and not %q\n' "$1" >&2
    exit 1
  fi
}

if [[ -z $BACKLINE_ENV_CACHE ]]; then
  printf 'envCache: BACKLINE_ENV_CACHE names no folder\n' >&2
  exit 1
fi

case $1 in
  --set)
    [[ $# -eq 3 ]] || usage
    check_key "$2"
    mkdir -p -- "$BACKLINE_ENV_CACHE" && printf '%s' "$3" >"$BACKLINE_ENV_CACHE/$2"
    ;;
  --get)
    [[ $# -eq 2 ]] || usage
    check_key "$2"
    if [[ -f $BACKLINE_ENV_CACHE/$2 ]]; then
      cat -- "$BACKLINE_ENV_CACHE/$2" && printf '\n'
    fi
    ;;
  *)
    usage
    ;;
esac
`;
