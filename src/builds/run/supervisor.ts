/** Channels of the supervisor, as file descriptors. Those of the command itself come after the life line. */
export const lifeLine = 3;
export const firstChannel = 4;

/**
 * Stands between the server and a build: starts the command in a process group of its own and ends with its status.
 * Names of signals that come over the life line go to the group. When the life line ends, the server is gone, and
 * everything that belongs to the build is killed: its group, its session, and what carries its mark.
 *
 * Arguments: the largest file that may be written, in KiB or empty; pauses in which what the command leaves behind may
 * end, in seconds; then the command. Runs on bash 3.2 and newer.
 */
export const supervisor = `
exec 7>&2 2>/dev/null
ulimit -c 0
[ -z "$1" ] || ulimit -f "$1"
grace=$2
shift 2
# What the server itself was started with is not for builds.
for fd in /dev/fd/*; do
  fd=\${fd##*/}
  [ "$fd" -gt 7 ] && eval "exec $fd<&-"
done
# When memory runs out, the kernel shall take the build and not the server.
echo 500 >/proc/self/oom_score_adj
unset SHLVL OLDPWD
set -m
exec -- "$@" 2>&7 7>&- 3<&- &
child=$!
exec </dev/null >/dev/null 4<&- 5<&- 6<&- 7>&-

look() {
  local stat=
  IFS= read -r -d '' stat <"$1/stat"
  # What follows the name: state, parent, group, session.
  fields=(\${stat##*) })
}

sweep() {
  local folder entry
  for folder in /proc/[0-9]*; do
    [ "\${folder#/proc/}" != "$BASHPID" ] || continue
    look "$folder"
    [ -n "\${fields[3]}" ] && [ "\${fields[0]}" != Z ] || continue
    if [ "\${fields[3]}" = "$$" ]; then
      kill -s KILL "\${folder#/proc/}" && found=1
      continue
    fi
    while IFS= read -r -d '' entry; do
      [ "$entry" != "BACKLINE_BUILD_ID=$BACKLINE_BUILD_ID" ] || { kill -s KILL "\${folder#/proc/}" && found=1; break; }
    done <"$folder/environ"
  done
}

# Whether any of the group runs. Those whose ends nobody asks for are of it, too.
lives() {
  local folder
  kill -s 0 -- "-$child" || return 1
  [ -r /proc/self/stat ] || return 0
  for folder in /proc/[0-9]*; do
    look "$folder"
    [ "\${fields[2]}" = "$child" ] && [ "\${fields[0]}" != Z ] && return 0
  done
  return 1
}

(
  while read -r signal <&3; do
    kill -s "$signal" -- "-$child"
    kill -s CONT -- "-$child"
  done
  kill -s KILL $$
  kill -s KILL -- "-$child"
  for round in 1 2 3 4 5 6 7 8 9 10; do
    found=
    sweep
    [ -n "$found" ] || break
  done
) &
watcher=$!

# With job control, wait would also end when the command is stopped.
set +m
wait "$child"
status=$?
kill -s TERM -- "-$child" && for pause in $grace; do
  lives || break
  sleep "$pause"
done
kill -s KILL -- "-$child"
kill -s KILL "$watcher"
exit "$status"
`;
