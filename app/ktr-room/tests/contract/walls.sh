#!/bin/sh
# A machine of its own, for the tests of what a unit's walls hide: walls.rs makes it of namespaces of the kernel. On it a unit is started
# twice, each time with users of its own. The first start has left a homeserver behind; the second is a program, with /proc as its unit has it.
# walls.sh DATA OPTIONS-OF-PROC PROGRAM...
data=$1
options=$2
shift 2
mkfifo runs || exit 70
unshare --user --map-root-user sh -c 'echo > runs; while :; do sleep 1; done' sh "$data/homeserver.yaml" &
echo $! > "$data/homeserver.pid"
# Its command line is not to be seen before it runs.
read -r _ < runs
rm runs
unshare --mount sh -c 'mount -t proc -o "$0" proc /proc && exec unshare --user --map-root-user "$@"' "$options" "$@"
