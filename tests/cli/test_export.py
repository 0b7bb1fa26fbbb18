"""`export`: a file for each entry, which `import` takes back as it was."""

from pathlib import Path

from incident_tui.format.model.document import Document

from .conftest import ROOT, Run


def read(path: Path) -> dict[tuple[str, str], tuple[object, ...]]:
    """The entries of a file, by what names them."""
    entries = Document.parse(path.read_bytes()).entries
    return {entry.identity: (entry.heading, dict(entry.metadata.values()), entry.body) for entry in entries}


def test_an_import_of_what_was_exported_gives_the_same_entries(run: Run, tmp_path: Path) -> None:
    count = len(read(ROOT / "sample_data" / "incidents.md"))
    assert run("export", "--folder", "out") == (0, f"wrote {count} files to out\n", "")
    said = run("import", "out", "--to", str(tmp_path / "kb.md"))
    assert (said.code, said.err) == (0, "")
    assert read(tmp_path / "kb.md") == read(ROOT / "sample_data" / "incidents.md")
    assert run("import", "out").out == f"nothing new; {count} entries are there already; nothing was written\n"


def test_a_query_says_which_and_names_stay(run: Run, folder: Path) -> None:
    run("export", "--folder", "all", "--all")
    run("export", "--folder", "some", "tag:kafka")
    run("export", "--folder", "old", "--archived")
    names = {name: {path.name for path in (folder / name).iterdir()} for name in ("all", "some", "old")}
    assert 0 < len(names["some"]) < len(names["all"])
    assert names["some"] | names["old"] < names["all"]
    for name in names["some"]:
        assert (folder / "some" / name).read_bytes() == (folder / "all" / name).read_bytes()


def test_a_file_that_is_otherwise_is_left_as_it_is(run: Run, folder: Path) -> None:
    run("export", "--folder", "out", "ref:INC-2187")
    (path,) = (folder / "out").iterdir()
    assert path.name == "2026-11-18-INC-2187.md"
    data = path.read_bytes()
    assert run("export", "--folder", "out", "ref:INC-2187").out == "wrote 0 files to out; 1 file is unchanged\n"
    path.write_bytes(b"mine\n")
    said = run("export", "--folder", "out", "ref:INC-2187")
    assert said == (
        1,
        "wrote 0 files to out\n",
        "incident-tui: out/2026-11-18-INC-2187.md exists and differs: not overwritten (--force does)\n",
    )
    assert path.read_bytes() == b"mine\n"
    assert run("export", "--folder", "out", "ref:INC-2187", "--force").code == 0
    assert path.read_bytes() == data


def test_a_folder_that_cannot_be_made_is_refused(run: Run, folder: Path) -> None:
    said = run("export", "--folder", "incidents.md/out")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert run("export").code == 2
