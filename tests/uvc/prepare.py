"""Fetches what the USB camera proof needs into a folder: `python -m tests.uvc.prepare FOLDER`.

For Debian, as root. It takes the distribution's kernel (70 MB, 400 MB unpacked) and the `usbip` package from PyPI, and
packs a first root file system from the kernel's own modules. Needs the packages that `PACKAGES` names.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = "qemu-system-x86 busybox-static cpio kmod usbip"
USBIP = "usbip==0.7.0"
_FIRST_MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
"""What the guest needs to see the host's files; all else is loaded from there by `modprobe`."""


def prepare(lab: Path) -> None:
    """Fill the folder. What is there already is kept. Raises CalledProcessError with what a tool said."""
    lab.mkdir(parents=True, exist_ok=True)
    if not (lab / "site" / "usbip").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
        subprocess.run([*pip, "--target", str(lab / "site"), USBIP], check=True)
    if not list(lab.glob("kernel/boot/vmlinuz-*")):
        _fetch_kernel(lab)
    _pack_first_root(lab)


def kernel_version(lab: Path) -> str:
    """Return the version of the kernel in the folder. Raises FileNotFoundError where there is none."""
    kernels = sorted(lab.glob("kernel/boot/vmlinuz-*"))
    if not kernels:
        raise FileNotFoundError(f"no kernel in {lab}; run python -m tests.uvc.prepare {lab}")
    return kernels[-1].name.removeprefix("vmlinuz-")


def _fetch_kernel(lab: Path) -> None:
    depends = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], check=True, capture_output=True, text=True)
    package = re.findall(r"Depends: (\S+)", depends.stdout)[0]
    with tempfile.TemporaryDirectory() as fetched:
        subprocess.run(["apt-get", "download", package], check=True, cwd=fetched)
        (archive,) = Path(fetched).glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", str(archive), str(lab / "kernel")], check=True)
    subprocess.run(["depmod", "-b", str(lab / "kernel"), kernel_version(lab)], check=True)


def _pack_first_root(lab: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("bin", "proc", "sys", "dev", "mnt", "modules"):
            (root / name).mkdir()
        shutil.copy("/bin/busybox", root / "bin" / "busybox")
        shutil.copy(Path(__file__).with_name("init.sh"), root / "init")
        (root / "init").chmod(0o755)
        for number, module in enumerate(_module_files(lab)):
            shutil.copy(module, root / "modules" / f"{number:02d}-{module.name}")
        names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
        packed = subprocess.run(
            ["cpio", "-o", "-H", "newc", "--quiet"], cwd=root, input=names.encode(), check=True, capture_output=True
        )
        (lab / "first-root.cpio").write_bytes(packed.stdout)


def _module_files(lab: Path) -> Iterator[Path]:
    """Return the first modules and what they depend on, in the order of loading."""
    seen: set[str] = set()
    for module in _FIRST_MODULES:
        asked = ["modprobe", "-d", str(lab / "kernel"), "-S", kernel_version(lab), "--show-depends", module]
        for line in subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines():
            kind, _, path = line.strip().partition(" ")
            if kind == "insmod" and path.split()[0] not in seen:
                seen.add(path.split()[0])
                yield Path(path.split()[0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    prepare(parser.parse_args().folder.resolve())
