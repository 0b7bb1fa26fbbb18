"""Makes the bundle: one file with the program and all that it needs, for hosts that have Python and no network.

python -m tools.bundle dist/incident_tui-0.1.0-py3-none-any.whl dist/incident-tui.pyz

The libraries are those installed beside this Python: the ones that the tests have run with. RapidFuzz is compiled, here
for this Python and machine; --python adds it for others, from the package index. Where none fits, its own pure Python
takes its place.
"""

import argparse
import hashlib
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement

PROGRAM = "incident-tui"
COMPILED = "rapidfuzz"

START = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("incident-tui: this is Python %d.%d, and it needs 3.11 or newer" % sys.version_info[:2])

import unpacking

sys.path[0] = unpacking.unpacked(sys.path[0], DIGEST)

from incident_tui.cli import entry_point

entry_point()
"""
"""The bundle's `__main__`, which any Python can read. `DIGEST` names what the bundle holds."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--python", nargs="*", default=[], help="more versions that RapidFuzz is to be compiled for")
    parser.add_argument("--platform", default="manylinux_2_28_x86_64", help="what those run on (%(default)s)")
    args = parser.parse_args()
    files = libraries()
    for version in args.python:
        files |= compiled(version, args.platform)
    write(args.bundle, files | wheel_files(args.wheel))


def libraries() -> dict[str, bytes]:
    """Return the files of all that the program requires, by their paths, as they are installed here."""
    files: dict[str, bytes] = {}
    todo = [(PROGRAM, "")]
    for name, extra in todo:
        held = distribution(name)
        for text in held.requires or ():
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                todo += [one for one in ((needed.name, each) for each in ("", *needed.extras)) if one not in todo]
        for path in held.files or () if name != PROGRAM else ():
            if ".." not in path.parts and path.suffix != ".pyc":
                files[path.as_posix()] = Path(path.locate()).read_bytes()
    return files


def compiled(version: str, platform: str) -> dict[str, bytes]:
    """Return the compiled modules for another Python; of the version that is installed here."""
    with TemporaryDirectory() as folder:
        wanted = f"{COMPILED}=={distribution(COMPILED).version}"
        where = ["--only-binary=:all:", "--python-version", version, "--platform", platform, "--dest", folder]
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *where, wanted], check=True)
        (wheel,) = Path(folder).iterdir()
        return {name: data for name, data in wheel_files(wheel).items() if name.endswith(".so")}


def wheel_files(wheel: Path) -> dict[str, bytes]:
    """Return what a wheel puts where Python finds it, by its paths."""
    with zipfile.ZipFile(wheel) as held:
        return {name: held.read(name) for name in held.namelist() if ".data/" not in name}


def write(bundle: Path, files: dict[str, bytes]) -> None:
    """Write the bundle; the same files make the same bytes."""
    digest = hashlib.sha256()
    for name, data in sorted(files.items()):
        digest.update(b"%s %d\n" % (name.encode(), len(data)) + data)
    members = {
        "__main__.py": START.replace("DIGEST", repr(digest.hexdigest()[:16])).encode(),
        "unpacking.py": Path(__file__).with_name("unpacking.py").read_bytes(),
        **{f"lib/{name}": data for name, data in sorted(files.items())},
    }
    with bundle.open("wb") as out:
        out.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as held:
            for name, data in members.items():
                held.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    bundle.chmod(0o755)


if __name__ == "__main__":
    main()
