#!/bin/busybox sh
# First process of the guest: sees the host's files read-only under a layer of its own, runs one command, powers off.
B=/bin/busybox
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
for module in /modules/*.ko; do $B insmod "$module" || echo "GUEST cannot load $module"; done
$B mkdir -p /mnt/host /mnt/layer /mnt/guest
$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose host /mnt/host
$B mount -t tmpfs layer /mnt/layer
$B mkdir -p /mnt/layer/upper /mnt/layer/work
$B mount -t overlay -o lowerdir=/mnt/host,upperdir=/mnt/layer/upper,workdir=/mnt/layer/work guest /mnt/guest
$B mount -t proc proc /mnt/guest/proc
$B mount -t sysfs sys /mnt/guest/sys
$B mount -t devtmpfs dev /mnt/guest/dev
GUEST=$($B sed -n 's/.*guestcommand=\([^ ]*\).*/\1/p' /proc/cmdline | $B tr ',' ' ')
echo "GUEST UP $($B cut -d' ' -f1 /proc/uptime)"
$B chroot /mnt/guest /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp /bin/sh -c "$GUEST"
echo "GUEST ENDED $?"
$B sync
$B poweroff -f
