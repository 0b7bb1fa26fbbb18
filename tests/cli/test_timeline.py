"""`timeline`: one line with the time, and one line of diff."""

from pathlib import Path

from incident_tui import clock

from .conftest import Run

TWO = b"""## M-2025-02-01T00:00:00Z INC-2 second

**Timeline**

- 09:00 UTC \xe2\x80\x94 began

**Action Items**

- [ ] sell it
"""


def test_the_line_has_the_time_and_the_date_of_another_day(folder: Path, run: Run) -> None:
    path = folder / "incidents.md"
    path.write_bytes(TWO)
    said = run("timeline", "INC-2", "restarted", "the   pool")
    assert (said.code, said.err) == (0, "")
    day, time = f"{clock.now():%Y-%m-%d %H:%M}".encode().split()
    began = b"began\n- %s" % time + b" UTC \xe2\x80\x94 again\n"
    dated = b"began\n- %s %s" % (day, time) + b" UTC \xe2\x80\x94 restarted the   pool\n"
    assert path.read_bytes() == TWO.replace(b"began\n", dated)
    assert run("undo").code == 0
    assert path.read_bytes() == TWO
    todays = TWO.replace(b"2025-02-01", day)
    path.write_bytes(todays)
    assert run("timeline", "INC-2", "again").code == 0
    assert path.read_bytes() == todays.replace(b"began\n", began)


def test_without_a_text_it_is_called_wrongly(folder: Path, run: Run) -> None:
    before = (folder / "incidents.md").read_bytes()
    said = run("timeline", "INC-2187", " ")
    assert said.code == 2
    assert "needs an ID and a text" in said.err
    assert (folder / "incidents.md").read_bytes() == before
