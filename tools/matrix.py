"""Runs the tests in other surroundings: other Pythons, days, time zones, locales, users, paths, and library versions.

python -m tools.matrix [--write docs/developing.md] [--tests PATH…] [NAME…]

Each row is a clone of the last commit in a folder of its own, with an environment of its own. Without names all rows
are run; what this machine lacks (a Python, a locale, the right to become another user) is said in the row.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

PROJECT = Path(__file__).parents[1]
BEGIN, END = "<!-- matrix -->", "<!-- /matrix -->"
NOBODY = 65534
"""The user that no file belongs to."""

BARE_TERMINAL = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "40"}


class Row(NamedTuple):
    """Surroundings for one run of the tests."""

    name: str
    python: str = "3.11"
    """Which Python: its major and minor version."""
    day: str = ""
    """The day by the program's clock, `YYYY-MM-DD`; empty for the tests' own."""
    environ: Mapping[str, str] = {}
    folder: str = "checkout"
    """The name of the folder that the clone is in."""
    versions: str = "locked"
    """Of libraries: `locked`, or the `lowest` or `newest` that pyproject.toml allows. `lowest` also takes the oldest
    release of this Python.
    """
    other_user: bool = False
    """Run as a user who is not root, with a home that can't be written."""
    network: bool = True
    """Whether there is a network once all is installed."""


class Result(NamedTuple):
    """What became of a row."""

    row: Row
    locale: str
    user: str
    release: str = ""
    """Of Python, such as `3.11.7`; empty where there is none."""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    remark: str = ""
    """Why tests were skipped, or why the row couldn't be run."""

    @property
    def is_good(self) -> bool:
        """Whether no test failed."""
        return self.failed == 0


EVERYTHING_ODD = Row(
    "odd",
    "3.13",
    "2028-02-29",
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", **BARE_TERMINAL},
    "a blank and an ümlaut",
    network=False,
)
"""Much at once, for a run that has to be short."""

ROWS = (
    Row("3.11"),
    Row("3.12", "3.12"),
    Row("3.13", "3.13"),
    Row("west", day="2026-12-31", environ={"TZ": "America/Los_Angeles", "LC_ALL": "C"}),
    Row("east", "3.12", "2027-01-01", {"TZ": "Pacific/Kiritimati", "LC_ALL": "C"}),
    Row("german", "3.13", "2027-03-28", {"TZ": "Europe/Berlin", "LC_ALL": "de_DE.UTF-8"}),
    Row("bare", day="2027-10-31", environ={"TZ": "Europe/Berlin", **BARE_TERMINAL}),
    Row("user", day="2036-11-24", other_user=True, network=False),
    EVERYTHING_ODD,
    Row("lowest", versions="lowest"),
    Row("newest", "3.13", versions="newest"),
)


def main() -> int:
    """Run the rows that the arguments name. Returns 1 where a test failed or a row that was named couldn't be run."""
    parser = argparse.ArgumentParser(prog="python -m tools.matrix")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(row.name for row in ROWS))
    parser.add_argument("--write", type=Path, metavar="FILE", help=f"put the table between {BEGIN} and {END}")
    parser.add_argument("--tests", nargs="+", default=[], metavar="PATH", help="run only these")
    args = parser.parse_args()
    if unknown := set(args.names) - {row.name for row in ROWS}:
        parser.error(f"no row is called {', '.join(sorted(unknown))}")
    results = []
    for row in ROWS:
        if not args.names or row.name in args.names:
            print(f"matrix: {row.name}", flush=True)
            results.append(run(row, args.tests))
            print(line(results[-1]), flush=True)
    if args.write:
        text = args.write.read_text("utf-8")
        start, stop = text.index(BEGIN) + len(BEGIN), text.index(END)
        table = "\n".join([*HEAD, *map(line, results)])
        args.write.write_text(f"{text[:start]}\n\n{table}\n\n{text[stop:]}", "utf-8")
    return 0 if all(result.is_good for result in results) else 1


HEAD = (
    "| run | Python | libraries | day | time zone, locale | user | passed | failed | skipped, and why |",
    "| --- | --- | --- | --- | --- | --- | ---: | ---: | --- |",
)


def line(result: Result) -> str:
    """Return a row of the table."""
    row = result.row
    zone = row.environ.get("TZ", "UTC")
    skipped = f"{result.skipped}: {result.remark}" if result.skipped else result.remark or "0"
    cells = (
        row.name,
        result.release or row.python,
        row.versions,
        row.day or "sample's",
        f"{zone}, {result.locale}",
        result.user,
    )
    return f"| {' | '.join(cells)} | {result.passed} | {result.failed} | {skipped} |"


def run(row: Row, tests: Sequence[str]) -> Result:
    """Run the tests in a row's surroundings."""
    locale = row.environ.get("LC_ALL", "C.UTF-8")
    if locale not in ("C", "C.UTF-8") and locale.replace("-", "").lower() not in locales():
        locale = "C.UTF-8"
    user = "nobody" if row.other_user and os.geteuid() == 0 else Path("~").expanduser().name
    python, release = interpreter(row.python, as_nobody=user == "nobody", oldest=row.versions == "lowest")
    if not python:
        return Result(row, locale, user, remark=f"not run: there is no Python {row.python} for this user here")
    with TemporaryDirectory(ignore_cleanup_errors=True) as top:
        folder = Path(top, row.folder)
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(folder)], check=True)
        install(folder, python, row.versions)
        environ = {"PATH": os.environ.get("PATH", os.defpath), "HOME": top, "LC_ALL": locale, **row.environ}
        environ |= {"LC_ALL": locale, "INCIDENT_TUI_TEST_DAY": row.day}
        command = [str(folder / ".venv/bin/python"), "-m", "pytest", "-n", "4", "--dist", "worksteal", "-rs", *tests]
        if user == "nobody":
            for path in (Path(top), folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
            home = Path(top, "home")
            home.mkdir(mode=0o555)
            environ["HOME"] = str(home)
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        without_network = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up 2>/dev/null; exec "$@"', "sh"]
        if not row.network and subprocess.run([*without_network[:3], "true"], capture_output=True).returncode == 0:
            command = [*without_network, *command]
        with Path(top, "output").open("w+", encoding="utf-8") as output:
            subprocess.run(command, cwd=folder, env=environ, stdout=output, stderr=subprocess.STDOUT, check=False)
            output.seek(0)
            return counted(row, locale, user, release, output.read())


def counted(row: Row, locale: str, user: str, release: str, output: str) -> Result:
    """Read the last lines of pytest's output."""
    counts = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|skipped|error)", output[-500:])}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    if failed or not counts:
        print(output[-20_000:], file=sys.stderr)
    # Without the folders of this machine, and what is said of one missing file and another is said once.
    skips = re.findall(r"(?m)^SKIPPED \[\d+\] \S+ (.+)$", output)
    reasons = sorted({re.sub(r".*/corpus/.*", "the corpus isn't there", skip) for skip in skips})
    return Result(
        row,
        locale,
        user,
        release,
        counts.get("passed", 0),
        failed if counts else 1,
        counts.get("skipped", 0),
        "; ".join(reasons),
    )


def locales() -> set[str]:
    """Return the locales of this machine, as `locale -a` spells them."""
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
    return {name.replace("-", "").lower() for name in listed.split()}


def interpreter(version: str, as_nobody: bool, oldest: bool) -> tuple[str, str]:
    """Return a Python of this version that works, and its release; empty where there is none that the user may run."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser(), "versions")
    candidates = [shutil.which(f"python{version}"), f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"]
    candidates += [str(folder / "bin/python") for folder in sorted(pyenv.glob(f"{version}.*"), reverse=True)]
    candidates += [sys.executable] if f"{sys.version_info[0]}.{sys.version_info[1]}" == version else []
    code = "import ensurepip, sys, venv; print('%d.%d.%d' % sys.version_info[:3])"
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if as_nobody else []
    working = []
    for python in filter(None, candidates):
        if Path(python).exists():
            tried = subprocess.run([*become, python, "-c", code], capture_output=True, text=True, check=False, cwd="/")
            release = tried.stdout.strip()
            if release.startswith(f"{version}."):
                working.append((python, release))
    if oldest:
        working.sort(key=lambda pair: int(pair[1].rpartition(".")[2]))
    return working[0] if working else ("", "")


def install(folder: Path, python: str, versions: str) -> None:
    """Build the clone's environment: as `make` does, or with the ends of the ranges in pyproject.toml."""
    quietly(folder, "make", "environment", f"PYTHON={python}")
    pip = [str(folder / ".venv/bin/python"), "-m", "pip", "install", "--disable-pip-version-check"]
    ranges: list[str] = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    if versions == "lowest":
        quietly(folder, *pip, *(re.sub(r">=([^,]+),.*", r"==\1", each) for each in ranges))
    elif versions == "newest":
        quietly(folder, *pip, "--upgrade", "--upgrade-strategy", "eager", *ranges)


def quietly(folder: Path, *command: str) -> None:
    """Run a command, and show what it prints only where it fails."""
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout.decode(errors='replace')}\nmatrix: {' '.join(command)} failed")


if __name__ == "__main__":
    sys.exit(main())
