"""What is handed out: the manual page, the wheel, and the bundle on hosts that have Python and little else."""

import ast
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui import __version__
from incident_tui.cli.parser import ASK, COMMANDS, parser_of
from tools.bundle import START
from tools.manual import page

from .pty.terminal import Terminal

ROOT = Path(__file__).parents[1]
SAMPLE = str(ROOT / "sample_data")
FOUND = "INC-2187"
"""What the first words of `SEARCH` find first."""
SEARCH = ("list", "-f", SAMPLE, "conection", "pool", "--limit", "1")

Ran = subprocess.CompletedProcess[str]
Bundle = Callable[..., Ran]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel, sdist and bundle."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    bundle = [sys.executable, "-m", "tools.bundle", str(wheel(folder)), str(folder / "incident-tui.pyz")]
    subprocess.run(bundle, check=True, capture_output=True, timeout=300, cwd=ROOT)
    return folder


def wheel(folder: Path) -> Path:
    return next(folder.glob("*.whl"))


@pytest.fixture
def bundle(dist: Path, tmp_path: Path) -> Bundle:
    """Run the bundle where no variable is set but HOME and what is given, and no package is installed."""
    home = tmp_path / "home"
    home.mkdir()

    def run(*argv: str, **env: str) -> Ran:
        command = [sys.executable, "-I", "-S", str(dist / "incident-tui.pyz"), *argv]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={"HOME": str(home)} | env,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )

    return run


def in_namespace(script: str, *argv: str, root: Path) -> Ran:
    """Run a shell script where there is no network, and where it may mount what it likes."""
    for unshare in (["unshare", "--net", "--mount"], ["unshare", "--map-root-user", "--net", "--mount"]):
        if shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
            env = {"HOME": str(root / "home"), "PATH": os.environ["PATH"]}
            return subprocess.run(
                [*unshare, "sh", "-euc", script, "sh", *argv], capture_output=True, text=True, env=env, timeout=120
            )
    pytest.skip("no namespace can be made here")


def test_the_page_tells_of_every_command_and_option() -> None:
    shown = page().replace("\\-", "-")
    assert f"incident-tui {__version__}" in shown
    assert ASK not in shown
    for name, command in COMMANDS.items():
        part = shown.partition(f"\n.SS {name}\n")[2].partition("\n.S")[0]
        assert f"\nincident-tui {name} "[1:] in part
        assert command.about.split()[0] in part
        for option in parser_of(name)._actions:
            assert ", ".join(rf"\fB{string}\fR" for string in option.option_strings) in shown
            common = {"--file", "--help", "--version"} & {*option.option_strings}
            assert common or rf"\fB{option.option_strings[-1]}\fR" in part


def test_the_page_is_sound_roff(tmp_path: Path) -> None:
    assert page().isascii()
    written = tmp_path / "incident-tui.1"
    written.write_text(page())
    for checker in (["mandoc", "-Tlint", "-Werror"], ["groff", "-man", "-Tutf8", "-ww", "-z"]):
        if shutil.which(checker[0]):
            done = subprocess.run([*checker, str(written)], capture_output=True, text=True)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_older_python_is_told_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    ast.parse(START, feature_version=(3, 4))
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(SystemExit, match=r"^incident-tui: this is Python 3\.9, and it needs 3\.11 or newer$"):
        exec(START)


@pytest.mark.slow
def test_the_wheel_holds_all_that_the_package_has(dist: Path) -> None:
    with zipfile.ZipFile(wheel(dist)) as held:
        names = held.namelist()
        data = {name.partition(".data/data/share/")[2]: held.read(name) for name in names if ".data/" in name}
    package = [path for path in (ROOT / "incident_tui").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {str(path.relative_to(ROOT)) for path in package} <= {*names}
    assert data["man/man1/incident-tui.1"] == page().encode()
    assert {name.rpartition("/")[2] for name in data} == {
        "incident-tui.1",
        "incident-tui",
        "incident-tui.fish",
        "_incident-tui",
    }


@pytest.mark.slow
def test_the_sdist_holds_tests_and_tools(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as held:
        tops = {name.split("/")[1] for name in held.getnames()}
    assert {"incident_tui", "tests", "tools", "docs", "sample_data", "snapshots", "Makefile", "README.md"} <= tops


@pytest.mark.slow
def test_a_fresh_environment_runs_the_wheel(dist: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "fresh", with_pip=True)
    bin = tmp_path / "fresh" / "bin"
    install = [str(bin / "python"), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel(dist))]
    subprocess.run(install, check=True, capture_output=True)
    env = {"PYTHONPATH": str(Path(pytest.__file__).parents[1]), "HOME": str(tmp_path)}
    for argv, expected in ((SEARCH, FOUND), (("show", FOUND, "-f", SAMPLE), FOUND), (("--version",), __version__)):
        done = subprocess.run([bin / "incident-tui", *argv], capture_output=True, text=True, env=env)
        assert (done.returncode, done.stderr) == (0, "")
        assert expected in done.stdout
    assert (tmp_path / "fresh" / "share" / "man" / "man1" / "incident-tui.1").is_file()


@pytest.mark.slow
def test_the_same_files_make_the_same_bundle(dist: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.pyz"
    subprocess.run([sys.executable, "-m", "tools.bundle", str(wheel(dist)), str(again)], check=True, cwd=ROOT)
    assert again.read_bytes() == (dist / "incident-tui.pyz").read_bytes()


@pytest.mark.slow
def test_the_bundle_unpacks_once_and_for_its_user_alone(bundle: Bundle, tmp_path: Path) -> None:
    for argv, expected in ((SEARCH, FOUND), (("show", FOUND, "-f", SAMPLE), FOUND), (("completion", "zsh"), ASK)):
        done = bundle(*argv)
        assert (done.returncode, done.stderr) == (0, "")
        assert expected in done.stdout
    parent = tmp_path / "home" / ".cache" / "incident-tui"
    (folder,) = parent.iterdir()
    assert parent.stat().st_mode & 0o777 == 0o700
    made = folder.stat().st_ino
    assert bundle("--version").returncode == 0
    assert [path.stat().st_ino for path in parent.iterdir()] == [made]


@pytest.mark.slow
def test_several_that_start_at_once_unpack_one_folder(dist: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(dist / "incident-tui.pyz"), *SEARCH]
    env = {"HOME": str(tmp_path)}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env) for _ in range(5)]
    for one in running:
        assert FOUND.encode() in one.communicate(timeout=120)[0]
    assert len(list((tmp_path / ".cache" / "incident-tui").iterdir())) == 1


@pytest.mark.slow
def test_what_was_cleared_away_is_unpacked_again(bundle: Bundle, tmp_path: Path) -> None:
    assert bundle(*SEARCH).returncode == 0
    (folder,) = (tmp_path / "home" / ".cache" / "incident-tui").iterdir()
    (folder / ".whole").unlink()
    shutil.rmtree(folder / "incident_tui")
    assert FOUND in bundle(*SEARCH).stdout
    assert (folder / ".whole").exists()


@pytest.mark.slow
def test_a_folder_that_others_can_write_is_passed_over(bundle: Bundle, tmp_path: Path) -> None:
    shared = tmp_path / "shared" / "incident-tui"
    shared.mkdir(parents=True)
    shared.chmod(0o777)
    own = tmp_path / "runtime"
    assert FOUND in bundle(*SEARCH, XDG_CACHE_HOME=str(shared.parent), XDG_RUNTIME_DIR=str(own)).stdout
    assert not list(shared.iterdir())
    assert len(list((own / f"incident-tui-{os.geteuid()}").iterdir())) == 1


@pytest.mark.slow
def test_without_a_network_and_on_a_noexec_home_it_finds_the_same(dist: Path, tmp_path: Path) -> None:
    script = 'mkdir "$HOME"; mount -t tmpfs -o noexec tmpfs "$HOME"; "$@"; ls "$HOME/.cache/incident-tui"'
    done = in_namespace(script, sys.executable, "-I", "-S", str(dist / "incident-tui.pyz"), *SEARCH, root=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert FOUND in done.stdout
    assert sys.implementation.cache_tag in done.stdout


@pytest.mark.slow
def test_on_a_read_only_home_it_unpacks_elsewhere_and_where_it_cannot_it_says_so(dist: Path, tmp_path: Path) -> None:
    command = (sys.executable, "-I", "-S", str(dist / "incident-tui.pyz"), *SEARCH)
    read_only = 'mkdir "$HOME"; mount -t tmpfs -o ro tmpfs "$HOME"; mount -t tmpfs tmpfs /dev/shm; '
    done = in_namespace(f'{read_only} TMPDIR=/dev/shm "$@"; ls /dev/shm', *command, root=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert FOUND in done.stdout
    assert f"incident-tui-{os.geteuid()}" in done.stdout
    none = "for each in /tmp /var/tmp /dev/shm; do mount --rbind $each $each; mount -o remount,bind,ro $each; done; "
    done = in_namespace(f'mount -t tmpfs -o ro tmpfs /mnt; HOME=/mnt; {none} "$@"', *command, root=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("incident-tui: there is no folder to unpack into")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_bundle_opens_the_browser(dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal(sys.executable, "-I", "-S", str(dist / "incident-tui.pyz"), SAMPLE, latency=0)
    try:
        terminal.sees("INC-2187 orders-api")
        terminal.press(b"/conection pool")
        terminal.sees("1 found")
        terminal.press(b"\x03\x03")
        assert terminal.ends() == 0
        assert terminal.is_sane()
    finally:
        terminal.close()
