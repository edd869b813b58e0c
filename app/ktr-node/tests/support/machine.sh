#!/bin/sh
# A machine of its own whose init is systemd, made of namespaces of the kernel: machine.rs keeps it. It has this machine's /usr, network and
# clock, two programs more, and else what lies below FOLDER/root. It ends, with all that runs on it, when its init does, or when nobody has
# the standard input of this script open any more. The number of its init on this machine stands in FOLDER/pid.
# machine.sh outside FOLDER NODE ENGINE INIT..., in a namespace of mounts
set -eu
umask 022
side=$1
folder=$2
shift 2

if [ "$side" = outside ]; then
  # systemd manages the control group in which it finds itself, so it gets one of its own.
  mkdir "$folder/cgroup"
  mount -t cgroup2 cgroup2 "$folder/cgroup"
  # Those of a run that was killed.
  for old in "$folder"/cgroup/ktr-unit-*; do
    [ ! -d "$old" ] || [ -d "/proc/${old##*-}" ] || find "$old" -depth -type d -delete
  done
  own="$folder/cgroup/ktr-unit-$$"
  mkdir "$own"
  exec 3<&0
  sh -c 'echo 0 > "$0/cgroup.procs" && exec unshare --cgroup --ipc --uts --mount --pid --fork --kill-child sh "$@"' \
    "$own" "$0" inside "$folder" "$@" 3<&- &
  machine=$!
  # Nobody writes to it: what comes is its end.
  (read -r _ <&3 || kill -KILL "$(cat "$folder/pid")") &
  watch=$!
  code=0
  wait "$machine" || code=$?
  # Where it ended the machine it has ended, too.
  kill "$watch" 2> /dev/null || true
  find "$own" -depth -type d -delete
  exit "$code"
fi

node=$1
engine=$2
shift 2
# /proc is still that of the machine around.
read -r pid _ < /proc/self/stat
echo "$pid" > "$folder/pid.new"
mv "$folder/pid.new" "$folder/pid"

mount --bind "$folder/root" "$folder/root"
cd "$folder/root"
mkdir -p usr proc sys dev run "./$folder"
for link in bin sbin lib lib64; do ln -s "usr/$link" "$link"; done
mkdir "$folder/programs" "$folder/work"
mount -t overlay overlay -o "lowerdir=/usr,upperdir=$folder/programs,workdir=$folder/work" usr
touch usr/bin/ktr-node usr/local/bin/cometbft
mount --bind "$node" usr/bin/ktr-node
mount --bind "$engine" usr/local/bin/cometbft
# systemd mounts no other /run over one that is a mount, so that it can be read from outside.
mount --bind run run
mount --bind "$folder" "./$folder"
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do cp -a "/dev/$device" dev; done
ln -s pts/ptmx dev/ptmx
# An init sets what it finds in /proc/sys and /sys to its taste: this machine keeps its own.
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -o remount,bind,ro sys
mkdir old
pivot_root . old
cd /
umount -l old
rmdir old
# The units are the test's alone, and nothing generates more.
exec env -i container=ktr SYSTEMD_UNIT_PATH=/etc/systemd/system SYSTEMD_GENERATOR_PATH=/run/none "$@"
