"""Tags added, taken off and renamed: what isn't meant keeps its letters, its blanks and its place."""

from time import process_time

import pytest

from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.operations import RenameTag, Tag
from incident_tui.format.edit.tags import validated_tag, with_tag_renamed, with_tags
from incident_tui.format.errors import Refused
from incident_tui.format.model.located import Target

from .samples import GAP, LIVE, A, B, base, does, edit

HEADING = b"## M-2025-01-01T10:00:00Z X-1 x\n"


# One value


@pytest.mark.parametrize(
    ("value", "add", "remove", "now"),
    [
        pytest.param("db, pool", ["pg"], [], "db, pool, pg", id="added at the end"),
        pytest.param("", ["pg"], [], "pg", id="added to none"),
        pytest.param("db, pool,", ["pg"], [], "db, pool, pg", id="a comma at the end"),
        pytest.param("db , ,", ["pg"], [], "db, pg", id="empty ones at the end"),
        pytest.param(" , ", ["pg"], [], "pg", id="nothing but a comma"),
        pytest.param("db,pool", ["pg", "aws"], [], "db,pool, pg, aws", id="no blanks"),
        pytest.param("DB, pool", ["db"], [], "DB, pool", id="there already, in other letters"),
        pytest.param("db,  pool ,", ["pool"], [], "db,  pool ,", id="there already: odd blanks stay"),
        pytest.param("db", ["pg", "PG"], [], "db, PG", id="twice the same"),
        pytest.param("db", ["  pg\t"], [], "db, pg", id="blanks around it"),
        pytest.param("db, pool", [], ["db"], "pool", id="the first taken off"),
        pytest.param("db, pool, pg", [], ["pool"], "db, pg", id="a middle one"),
        pytest.param("db, pool", [], ["POOL "], "db", id="the last one, in other letters"),
        pytest.param("db", [], ["db"], "", id="the only one"),
        pytest.param("a,b ,  c,d", [], ["b"], "a,  c,d", id="the others' blanks stay"),
        pytest.param("db, pool,", [], ["pool"], "db,", id="the comma at the end stays"),
        pytest.param("db, x, DB, y", [], ["db"], "x, y", id="all of the same name"),
        pytest.param("db, pool", [], ["pg"], "db, pool", id="not there"),
        pytest.param("db, , pool", [], [""], "db, , pool", id="no tag to take off"),
        pytest.param("db, pool", ["pg"], ["db"], "pool, pg", id="one for another"),
        pytest.param("db", ["pg"], ["db"], "pg", id="the only one for another"),
        pytest.param("db, pool", ["DB"], ["db"], "db, pool", id="the same one added and taken off"),
        pytest.param("db, \udcff", [], ["\udcff"], "db", id="one that is no UTF-8"),
        pytest.param("db, a\x1bb", [], ["a\x1bb"], "db", id="one that should never have been there"),
    ],
)
def test_tags_are_added_and_taken_off(value: str, add: list[str], remove: list[str], now: str) -> None:
    assert with_tags(value, add, remove) == now


@pytest.mark.parametrize(
    ("value", "old", "new", "now"),
    [
        pytest.param("a, db,c", "db", "pg", "a, pg,c", id="where it stands"),
        pytest.param("a,  DB ,c", "db", "pg", "a,  pg ,c", id="in other letters, with its blanks"),
        pytest.param("Db", "db", "db", "db", id="its letters only"),
        pytest.param("db, a, pg", "db", "PG", "a, pg", id="the new one is there already"),
        pytest.param("pg, a, db", "db", "pg", "pg, a", id="the new one is before it"),
        pytest.param("db, a, DB", "db", "pg", "pg, a", id="there twice"),
        pytest.param("db, a, a", "db", "pg", "pg, a, a", id="another one is there twice"),
        pytest.param("a, , b,", "x", "y", "a, , b,", id="not there"),
        pytest.param("a, , b,", " ", "y", "a, , b,", id="no name"),
        pytest.param("a aa", "a aa", "b", "b", id="two words"),
    ],
)
def test_a_tag_is_renamed_where_it_stands(value: str, old: str, new: str, now: str) -> None:
    assert with_tag_renamed(value, old, new) == now


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        pytest.param("", "'' is not a tag: it is empty", id="nothing"),
        pytest.param(" \t\n", "'' is not a tag: it is empty", id="blanks"),
        pytest.param("a,b", "'a,b' is not a tag: a comma separates tags", id="a comma"),
        pytest.param("a\nb", "'a b' is not a tag: it must be one line", id="a line break"),
        pytest.param("a\r\nb", "'a b' is not a tag: it must be one line", id="CRLF"),
        pytest.param("a\rb", "'a␍b' is not a tag: it must be one line", id="a lone CR"),
        pytest.param("a\tb", "'a b' is not a tag: it must be one line", id="a tab"),
        pytest.param("a\x1b[2J", "'a␛[2J' is not a tag: it must be one line", id="an escape"),
        pytest.param("a\u202eb", "'ab' is not a tag: it must be one line", id="an override"),
        pytest.param("a\u200bb", "'ab' is not a tag: it must be one line", id="a blank without room"),
        pytest.param("\udcff", "'�' is not a tag: it must be one line", id="no UTF-8"),
    ],
)
def test_what_is_no_tag_is_refused_in_one_line(tag: str, why: str) -> None:
    for act in (Tag(add=("pg", tag)), RenameTag("db", tag)):
        with pytest.raises(Refused) as caught:
            does(LIVE, "INC-3", act)
        assert str(caught.value).startswith(why)
        assert str(caught.value).endswith("; nothing was written")
        assert str(caught.value).isprintable()


def test_a_tag_may_hold_words_and_letters_of_any_language() -> None:
    assert validated_tag(" connection pool ") == "connection pool"
    assert validated_tag("größe/日本#1") == "größe/日本#1"


# In an entry


@pytest.mark.parametrize(
    ("lines", "now"),
    [
        pytest.param(b"- tags: db\n", b"- tags: db, pg\n", id="one"),
        pytest.param(b"- tags:\n", b"- tags: pg\n", id="an empty line"),
        pytest.param(b"- tags: \t\n", b"- tags: \tpg\n", id="blanks"),
        pytest.param(b"- tags: db, \t\n", b"- tags: db, pg \t\n", id="blanks at the end"),
        pytest.param(b"- used: 1\n", b"- tags: pg\n- used: 1\n", id="no line"),
        pytest.param(b"- type: note\n- used: 1\n", b"- type: note\n- tags: pg\n- used: 1\n", id="no line, behind type"),
        pytest.param(b"- tags: a\n- tags: b\n", b"- tags: a\n- tags: b, pg\n", id="twice: the last one is meant"),
        pytest.param(b"- tags: \xff, \xe9\n", b"- tags: \xff, \xe9, pg\n", id="no UTF-8"),
        pytest.param(b"Text.\n", b"- tags: pg\n\nText.\n", id="no metadata"),
    ],
)
@pytest.mark.parametrize("eol", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_a_tag_is_added_to_the_line_where_tags_are(lines: bytes, now: bytes, eol: bytes) -> None:
    before, after = ((HEADING + b"\n" + held).replace(b"\n", eol) for held in (lines, now))
    assert does(before, "X-1", Tag(add=("pg",))) == after


def test_tagging_changes_one_line_of_the_file() -> None:
    assert does(LIVE, "INC-3", Tag(("pg",), ("DB",))) == LIVE.replace(b"- tags: db, pool\n", b"- tags: pool, pg\n")
    assert does(LIVE, "INC-3", RenameTag("DB", "pg")) == LIVE.replace(b"- tags: db, pool\n", b"- tags: pg, pool\n")


def test_the_last_tag_taken_off_and_put_back_leaves_the_file_as_it_was() -> None:
    live = LIVE.replace(b"db, pool", b"db")
    assert does(does(live, "INC-3", Tag(remove=("db",))), "INC-3", Tag(("db",))) == live


@pytest.mark.parametrize(
    "act", [Tag(("DB", "pool")), Tag(remove=("pg",)), Tag(), RenameTag("pg", "aws"), RenameTag("db", "db")]
)
def test_where_all_is_so_already_nothing_is_written(act: Tag | RenameTag) -> None:
    where = base(LIVE)
    assert apply(where, [edit(where, "INC-3", act)]).files == ()


@pytest.mark.parametrize(
    ("act", "theirs", "now"),
    [
        pytest.param(Tag(("pg",)), b"db, pool, aws", b"db, pool, aws, pg", id="both add"),
        pytest.param(Tag(("pg",)), b"db, pool, PG", b"db, pool, PG", id="both add the same"),
        pytest.param(Tag((), ("db",)), b"db, pool, aws", b"pool, aws", id="one takes off, one adds"),
        pytest.param(Tag((), ("db",)), b"pool", b"pool", id="both take off the same"),
        pytest.param(Tag(("db",)), b"pool", b"pool, db", id="one takes off what the other wants"),
        pytest.param(RenameTag("db", "pg"), b"aws,db,pool", b"aws,pg,pool", id="one renames, one adds"),
        pytest.param(RenameTag("db", "pg"), b"database, pool", b"database, pool", id="both rename"),
    ],
)
def test_tags_go_with_what_someone_else_made_of_them_meanwhile(act: Tag | RenameTag, theirs: bytes, now: bytes) -> None:
    seen = edit(base(LIVE), "INC-3", act)
    changed = A.replace(b"db, pool", theirs).replace(b"ran dry", b"leaked").replace(b"used: 2", b"used: 3")
    where = base(LIVE.replace(A, changed))
    files = apply(where, [seen]).files
    data = files[0].document.data if files else where.live.data
    assert data == where.live.data.replace(b"tags: " + theirs, b"tags: " + now)


def test_a_tag_is_renamed_in_many_entries_at_once() -> None:
    live = LIVE.replace(B, B.replace(b"- used: 0", b"- tags: x,DB\n- used: 0"))
    where = base(live, A.replace(b"INC-3", b"OLD-3"))
    act = RenameTag("db", "database")
    change = apply(where, [edit(where, "INC-3", act), edit(where, "INC-2", act), edit(where, "OLD-3", act, "archive")])
    archive, new = (file.document.data for file in change.files)
    assert new == live.replace(b"db, pool", b"database, pool").replace(b"x,DB", b"x,database")
    assert archive == A.replace(b"INC-3", b"OLD-3").replace(b"db, pool", b"database, pool")


def test_a_tag_is_renamed_in_thousands_of_entries_in_a_moment() -> None:
    texts = [A.replace(b"INC-3", b"INC-%d" % number) for number in range(5000)]
    where = base(GAP.join(texts))
    edits = [Edit(Target("live", held.identity, held.raw), RenameTag("db", "pg")) for held in where.live.entries]
    start = process_time()
    (file,) = apply(where, edits).files
    assert process_time() - start < 4
    assert file.document.data == where.live.data.replace(b"tags: db", b"tags: pg")
