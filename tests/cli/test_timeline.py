"""`timeline`: one line with the time, and one line of diff."""

from pathlib import Path

from .conftest import Run

TWO = b"""## M-2025-02-01T00:00:00Z INC-2 second

**Timeline**

- 09:00 UTC \xe2\x80\x94 began

**Action Items**

- [ ] sell it
"""


def test_the_line_has_the_present_time_and_goes_to_the_end_of_the_timeline(folder: Path, run: Run) -> None:
    (folder / "incidents.md").write_bytes(TWO)
    said = run("timeline", "INC-2", "restarted", "the   pool")
    assert (said.code, said.err) == (0, "")
    added = b"- 12:00 UTC \xe2\x80\x94 restarted the   pool\n"
    assert (folder / "incidents.md").read_bytes() == TWO.replace(b"began\n", b"began\n" + added)
    assert run("undo").code == 0
    assert (folder / "incidents.md").read_bytes() == TWO


def test_without_a_text_it_is_called_wrongly(folder: Path, run: Run) -> None:
    before = (folder / "incidents.md").read_bytes()
    said = run("timeline", "INC-2187", " ")
    assert said.code == 2
    assert "needs an ID and a text" in said.err
    assert (folder / "incidents.md").read_bytes() == before
