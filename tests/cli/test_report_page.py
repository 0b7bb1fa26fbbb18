"""`report --html`: the report as one page that needs nothing else."""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from .conftest import Program, Run

pytestmark = pytest.mark.sample_day


def test_the_page_has_the_figures_of_the_report(run: Run) -> None:
    said = run("report", "--html", "out.html", "--query", "tag:postgres")
    assert said == (0, "wrote out.html\n", "")
    page = Path("out.html").read_text("utf-8")
    assert "<h1>Incidents, as of 2026-11-24</h1>" in page
    titles = re.findall(r"(?m)^## (.+)$", run("report", "--query", "tag:postgres").out)
    assert re.findall("<h2>(.+)</h2>", page) == titles
    assert "<article>" not in page


def test_nothing_is_fetched_and_no_other_script_runs(run: Run) -> None:
    run("report", "--html", "out.html", "--entries")
    page = Path("out.html").read_text("utf-8")
    (script,) = re.findall("(?s)<script>(.*?)</script>", page)
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'\"" in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?i)<(?:link|img|iframe|object)\b|\bsrc=|@import|url\(", page)


def test_entries_are_those_of_the_report_the_newest_first(run: Run) -> None:
    run("report", "--html", "all.html", "--entries")
    run("report", "--html", "some.html", "--entries", "--since", "2026-10-25")
    every, some = (
        re.findall(r'(?m)^<p class="facts">(.{20})', Path(name).read_text("utf-8"))
        for name in ("all.html", "some.html")
    )
    assert every == sorted(every, reverse=True)
    assert some == [timestamp for timestamp in every if timestamp >= "2026-10-25"]
    assert 0 < len(some) < len(every)


def test_hostile_text_is_text(run: Run, folder: Path) -> None:
    heading = "## M-2026-11-20T00:00:00Z <script>alert(1)</script>"
    text = f'{heading}\n\n- type: incident\n- owner: "><b>\n\n<script>alert(2)</script>\n'
    (folder / "incidents.md").write_text(text, encoding="utf-8")
    run("report", "--html", "out.html", "--entries")
    page = Path("out.html").read_text("utf-8")
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;script&gt;alert(2)" in page
    assert "owner: &quot;&gt;&lt;b&gt;" in page


def test_an_older_page_is_replaced_and_no_other_file(run: Run, content: Callable[[], dict[str, bytes]]) -> None:
    run("report", "--html", "out.html")
    assert run("report", "--html", "out.html", "--entries").code == 0
    before = content()
    said = run("report", "--html", "incidents.md")
    assert said == (1, "", "incident-tui: incidents.md is there and no page of this command; nothing was written\n")
    assert content() == before


def test_without_a_file_it_goes_to_standard_output(program: Program) -> None:
    done = program("report", "--html")
    assert done.returncode == 0
    assert done.stdout.startswith(b"<!DOCTYPE html>")
    assert done.stdout.endswith(b"</html>\n")


def test_entries_without_a_page_are_wrong_use(run: Run) -> None:
    assert run("report", "--entries").code == 2
    assert run("report", "--html", "x.html", "--json").code == 2
