"""What is taken along: queries and texts to the clipboard, links to the browser."""

import base64
import re
import sys
from pathlib import Path

import pytest

from incident_tui.tui.background import open_url

from ..pty.terminal import Terminal
from .conftest import Opened
from .reader import Reader

POOL = "INC-2187 orders-api-connection-pool-exhausted"
WAITING = (
    'sum by (pod) (count_over_time({app="orders-api", region="fra"} |= "Connection is not available" '
    '| regexp "waiting=(?P<waiting>[0-9]+)" | waiting > 50 [1m]))'
)
GRAFANA = "https://grafana.example.net/explore?q=pool-waiting"


def listed(reader: Reader) -> list[str]:
    """The lines of the menu."""
    assert reader.dialog == "PickDialog"
    return [line.strip() for line in reader.popup[1:-1] if line.strip()]


def under_cursor(reader: Reader) -> str:
    """The line of the menu that the cursor is on."""
    return next((line.removeprefix("▌") for line in listed(reader) if line.startswith("▌")), "")


def entry(tmp_path: Path, body: str, heading: str = "INC-1 one", newline: str = "") -> Path:
    """A file with one entry."""
    path = tmp_path / "incidents.md"
    text = f"## M-2026-01-05T16:00:00Z {heading}\n\n- used: 0\n\n{body}"
    path.write_bytes(text.replace("\n", newline or "\n").encode("utf-8", "surrogateescape"))
    return path


# Copying


async def test_y_offers_queries_first_then_names_text_and_links(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("y")
        assert [" ".join(line.split())[:36].rstrip() for line in listed(reader)] == [
            "▌code Which pods starve, and how bad",
            "code Pool nearly full · max by (pod)",
            "code What the sessions are doing · S",
            "code Root Cause · 2026-11-17T18:03:1",
            "ref INC-2187",
            "id M-2026-11-18T09:12:40Z",
            "text all of it as Markdown, 70 lines",
            "link Grafana https://grafana.example",
            "link Grafana https://grafana.example",
        ]


async def test_enter_copies_a_query_exactly_and_shows_it(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=(200, 24)) as reader:
        await reader.goes_to("INC-2187")
        await reader.at_once("y", "enter")
        assert reader.app.clipboard == WAITING
        assert reader.dialog == "ClipboardDialog"
        assert reader.lines[0].strip() == "Which pods starve, and how badly: sent to your terminal's clipboard"
        assert reader.lines[3].rstrip() == WAITING, "from the first column on, nothing beside it"
        await reader.press("escape")
        assert (reader.dialog, reader.current) == ("", POOL)
        assert reader.notice == "Which pods starve, and how badly: sent to your terminal's clipboard"
    assert knowledge_base.read_bytes() == before


@pytest.mark.parametrize(
    ("keys", "copied"),
    [
        (("j",), 'max by (pod) (hikaricp_connections_active{app="orders-api"} / '),
        (("j", "j", "j", "j"), "INC-2187"),
        (("pagedown", "k", "k", "k"), "M-2026-11-18T09:12:40Z"),
        (("G",), "https://grafana.example.net/d/orders-pool"),
        (("G", "up"), GRAFANA),
        (("G", "g", "k"), "sum by (pod)"),
    ],
)
async def test_each_line_of_the_menu_copies_what_it_says(
    knowledge_base: Path, opened: Opened, keys: tuple[str, ...], copied: str
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("y", *keys, "enter")
        assert reader.app.clipboard.startswith(copied)


async def test_the_whole_entry_is_copied_as_it_stands_in_the_file(knowledge_base: Path, opened: Opened) -> None:
    data = knowledge_base.read_bytes()
    start = data.index(b"## M-2026-11-18T09:12:40Z")
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("y", *"jjjjjj", "enter")
        text = reader.app.clipboard
        assert text.splitlines()[0] == f"## M-2026-11-18T09:12:40Z {POOL}"
        assert data[start:].startswith(text.encode())
        assert len(text.splitlines()) == 70


async def test_lines_end_at_line_feeds_whatever_the_file_has(tmp_path: Path, opened: Opened) -> None:
    path = entry(tmp_path, "```sql\nSELECT 1\n  FROM x\n```\n", newline="\r\n")
    async with opened(path) as reader:
        await reader.press("y", "enter")
        assert reader.app.clipboard == "SELECT 1\n  FROM x"
        await reader.press("escape", "y", "G", "enter")
        assert reader.app.clipboard.startswith("## M-2026-01-05T16:00:00Z INC-1 one\n\n- used: 0\n\n```sql\n")


@pytest.mark.slow
async def test_where_one_reads_the_cursor_is_on_the_query_in_sight(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2168")
        await reader.press("y")
        assert "SELECT show_id, seat_id" in under_cursor(reader)
        await reader.press("escape", "tab")
        for _ in range(24):
            await reader.press(*"jjjj")
        assert "for h in" in reader.entry
        assert "SELECT show_id" not in reader.entry
        await reader.press("y")
        assert "for h in 192.0.2.14" in under_cursor(reader)


@pytest.mark.parametrize("keys", [("escape",), ("q",), ("ctrl+c",)])
async def test_leaving_the_menu_copies_nothing(knowledge_base: Path, opened: Opened, keys: tuple[str, ...]) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("y", "j", *keys)
        assert (reader.dialog, reader.app.clipboard, reader.notice) == ("", "", "")


async def test_an_entry_without_anything_can_still_be_copied(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"## M-2026-01-05T16:00:00Z")
    async with opened(path) as reader:
        await reader.press("y")
        assert listed(reader) == ["▌id    M-2026-01-05T16:00:00Z", "text  all of it as Markdown, 1 line"]


async def test_without_an_entry_nothing_is_offered(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    path.write_bytes(b"")
    async with opened(path) as reader:
        await reader.press("y", "l")
        assert reader.dialog == ""


async def test_control_characters_are_copied_and_shown_as_pictures_and_said(tmp_path: Path, opened: Opened) -> None:
    async with opened(entry(tmp_path, "```\nrm \x1b]0;owned\x07 \u202ex\n```\n")) as reader:
        await reader.press("y")
        assert "rm ␛]0;owned␇ x" in under_cursor(reader)
        await reader.press("enter")
        assert reader.app.clipboard == "rm \x1b]0;owned\x07 \u202ex"
        await reader.sees("It holds control characters, or some that hide: look before you paste.")
        assert "rm ␛]0;owned␇ x" in reader.screen


async def test_bytes_that_are_no_text_do_not_break_it(tmp_path: Path, opened: Opened) -> None:
    async with opened(entry(tmp_path, "```\na\udcffb\n```\n")) as reader:
        await reader.press("y", "enter")
        assert reader.app.clipboard == "a\ufffdb"


async def test_markup_is_text(tmp_path: Path, opened: Opened) -> None:
    body = "**Query [red]**\n\n```\n[bold]x[/] [@click=app.quit]y[/]\n```\n\n[a[/b]](https://a.example)\n"
    async with opened(entry(tmp_path, body, "INC-1 [red]one")) as reader:
        await reader.press("y")
        await reader.sees("Copy from INC-1 [red]one")
        await reader.sees("Query [red] · [bold]x[/] [@click=app.quit]y[/]")
        await reader.press("enter")
        await reader.sees("[bold]x[/] [@click=app.quit]y[/]")
        await reader.press("escape", "l")
        await reader.sees("Links of INC-1 [red]one")
        await reader.sees("a[/b]  https://a.example")


async def test_a_long_text_scrolls_and_broken_lines_are_said(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(40, 12)) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("y", *"jjjjjj", "enter")
        await reader.sees("## M-2026-11-18T09:12:40Z INC-2187")
        await reader.sees("too long for the screen are broken.")
        before = reader.screen
        await reader.press("j", "pagedown")
        assert reader.screen != before
        await reader.press("k", "pageup", "k")
        assert reader.screen == before


# Links


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A display, and a browser that takes every link; what it was given."""
    given: list[str] = []
    monkeypatch.setattr(open_url, "has_display", lambda: True)

    def open_link(url: str) -> bool:
        given.append(url)
        return True

    monkeypatch.setattr(open_url, "open_link", open_link)
    return given


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_url, "has_display", lambda: False)
    monkeypatch.setattr(open_url, "open_link", lambda url: pytest.fail(f"{url} must not be opened"))


async def test_a_link_is_given_to_the_browser(knowledge_base: Path, opened: Opened, browser: list[str]) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("l", "enter")
        await reader.app.workers.wait_for_complete()
        assert browser == [GRAFANA]
        assert (reader.dialog, reader.notice) == ("", f"to the browser: {GRAFANA}")
        assert reader.app.clipboard == ""


@pytest.mark.usefixtures("no_display")
async def test_without_a_display_a_link_is_copied_and_shown(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("l", "j", "enter")
        assert reader.app.clipboard == "https://grafana.example.net/d/orders-pool"
        assert reader.lines[0].strip() == "link: sent to your terminal's clipboard"
        assert reader.lines[3].rstrip() == reader.app.clipboard


async def test_a_link_that_no_browser_takes_is_copied(
    knowledge_base: Path, opened: Opened, browser: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_url, "open_link", lambda url: False)
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("l", "enter")
        await reader.sees("no browser took the link: sent to your terminal's clipboard")
        assert reader.app.clipboard == GRAFANA


@pytest.mark.parametrize("address", ["../runbook.md", "javascript:alert(1)", "file:///etc/passwd", "ftp://x.example"])
async def test_what_is_no_web_address_is_copied_and_never_opened(
    tmp_path: Path, opened: Opened, browser: list[str], address: str
) -> None:
    async with opened(entry(tmp_path, f"[x]({address})\n")) as reader:
        await reader.press("l")
        assert listed(reader) == [f"▌path  x  {address}"]
        await reader.press("enter")
        assert (browser, reader.app.clipboard) == ([], address)


async def test_an_entry_without_links_says_so(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.goes_to("INC-2180")
        await reader.press("l")
        assert (reader.dialog, reader.notice) == ("", "this entry has no links")


@pytest.mark.parametrize(
    ("environ", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_a_display_is_what_the_environment_says(environ: dict[str, str], platform: str, there: bool) -> None:
    assert open_url.has_display(environ, platform) is there


@pytest.mark.parametrize("code", [0, 1])
def test_the_browser_gets_the_link_and_never_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], code: int
) -> None:
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/url; echo noise; echo noise >&2; exit {code}\n')
    script.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(script))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert open_url.open_link("https://a.example/?a=1&b='2'") is (code == 0)
    assert (tmp_path / "url").read_text() == "https://a.example/?a=1&b='2'\n"
    assert capfd.readouterr() == ("", "")


# In a real terminal


@pytest.mark.slow
def test_the_clipboard_gets_it_by_osc_52_and_links_are_hyperlinks(knowledge_base: Path) -> None:
    terminal = Terminal(sys.executable, "-m", "incident_tui", str(knowledge_base), latency=0)
    terminal.sees("Who holds the lock")
    terminal.press(b"jjjjy\r")
    terminal.sees("sent to your terminal's clipboard")
    terminal.rests(0.3)
    sent = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", terminal.output)
    assert [base64.b64decode(text).decode() for text in sent] == [WAITING]
    terminal.press(b"\rl")
    terminal.sees("Links of INC-2187")
    terminal.rests(0.3)
    assert re.search(rb"\x1b\]8;[^;]*;" + re.escape(GRAFANA.encode()) + rb"\x1b\\", terminal.output)
    terminal.press(b"\x03q")
    assert terminal.ends() == 0
    assert terminal.is_sane()


def test_hostile_code_reaches_the_terminal_in_base64_only(tmp_path: Path) -> None:
    path = entry(
        tmp_path, "```\n\x1b]0;owned\x07\x1b[2J\x9b31m\n```\n\n[a\x1b]0;owned\x07](https://a.example/\x1b[2J)\n"
    )
    terminal = Terminal(sys.executable, "-m", "incident_tui", str(path), latency=0)
    terminal.sees("INC-1")
    terminal.press(b"y\r")
    terminal.sees("look before you paste")
    terminal.press(b"\rl")
    terminal.sees("Links of")
    terminal.rests(0.3)
    terminal.press(b"\x03q")
    assert terminal.ends() == 0
    assert b"owned\x07" not in terminal.output
    assert "\x9b" not in terminal.output.decode()
    assert terminal.is_sane()
