"""The table of keys: complete, without a clash, and true."""

import ast
import inspect
from collections import Counter
from dataclasses import replace
from textwrap import dedent

import pytest
from rich.style import Style

from incident_tui.format.model.document import Document
from incident_tui.tui.actions.bindings import ACTIONS, Action, ActionContext, acting_keys, bindings, footer
from incident_tui.tui.bar_layout import keys_text
from incident_tui.tui.rows import Row
from incident_tui.tui.screens.browse import Browse


def row(*lines: str, archived: bool = False) -> Row:
    document = Document.parse("\n".join(["## M-2026-01-05T16:00:00Z INC-1 one", *lines, ""]).encode())
    return Row(document.entries[0], document, "archive" if archived else "live")


READING = ActionContext(
    "list", row(), "live", "", writable=True, missing=False, changed=False, archived=False, creatable=True
)


def offered(context: ActionContext) -> list[str]:
    return [f"{key} {label}" for key, label in footer(context)]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_has_a_method(action: Action) -> None:
    method = getattr(Browse, f"action_{action.name}")
    assert inspect.signature(method).parameters.keys() - {"self"} == ({"number"} if action.by_key else set())
    assert method.__doc__


def test_no_key_is_bound_twice() -> None:
    keys = Counter(binding.key for binding in bindings())
    assert [key for key, count in keys.items() if count > 1] == []
    assert keys.total() > 30


def test_no_name_stands_twice() -> None:
    assert [name for name, count in Counter(action.name for action in ACTIONS).items() if count > 1] == []


_CHANGES = {"apply_operation", "apply_edits", "draft", "_move_to", "_archive", "_save"}
"""What changes an entry, or asks whether to."""


class _WithoutLambdas(ast.NodeTransformer):
    """Without what is called later, when another screen asks for it."""

    def visit_Lambda(self, node: ast.Lambda) -> ast.Constant:
        return ast.Constant(None)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_that_alters_the_current_entry_is_marked(action: Action) -> None:
    """One that changes it by a key is: the key must be dropped where the entry was not on the screen."""
    tree = ast.parse(dedent(inspect.getsource(getattr(Browse, f"action_{action.name}"))))
    called = {
        node.attr
        for node in ast.walk(_WithoutLambdas().visit(tree))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    assert action.acts == (bool(action.keys) and bool(_CHANGES & called))


def test_keys_that_act_are_those_of_the_design() -> None:
    assert {"p", "s", "a", "r"} <= acting_keys().keys()
    assert not {"u", "U", "j", "k", "A", "z", "slash"} & acting_keys().keys()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_can_be_reached_and_read(action: Action) -> None:
    """By a key that is shown as people read it, or by name in the palette; and the help says what it does."""
    assert bool(action.keys) == bool(action.shown)
    assert action.keys or action.palette
    assert action.label
    assert action.help
    assert not action.help.endswith(".")


def test_the_footer_offers_what_applies_to_an_entry() -> None:
    assert {"p pin", "s summarize", "a archive", "/ search", "q quit"} <= set(offered(READING))
    assert not {"r restore", "u undo", "Esc back"} & set(offered(READING))


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (100, "/ search  Enter read  p pin  s summarize  a archive  + helped  y copy  e edit"),
        (80, "/ search  Enter read  p pin  s summarize  a archive  + helped"),
        (60, "/ search  Enter read  p pin  s summarize"),
        (40, "/ search  Enter read"),
    ],
)
def test_the_footer_begins_with_what_only_reads_and_gives_way_from_the_right(width: int, shown: str) -> None:
    assert keys_text(footer(READING), width, lambda _: Style()).plain == f" {shown}  ? help  q quit"


def test_the_footer_says_unpin_where_it_is_pinned() -> None:
    assert "p unpin" in offered(replace(READING, row=row("", "- pinned: true")))


def test_the_footer_offers_no_change_where_nothing_can_be_changed() -> None:
    now = offered(replace(READING, writable=False, changed=False, creatable=False))
    assert not {"p pin", "s summarize", "a archive", "u undo", "r restore"} & set(now)


def test_the_footer_offers_to_restore_an_archived_entry_only() -> None:
    now = offered(replace(READING, row=row(archived=True), scope="archived"))
    assert "r restore" in now
    assert not {"p pin", "p unpin", "s summarize", "a archive"} & set(now)


def test_the_footer_offers_undo_after_a_change() -> None:
    assert "u undo" in offered(replace(READING, changed=True))


def test_while_one_searches_no_letter_is_offered() -> None:
    now = offered(replace(READING, focus="search", query="pool", changed=True))
    assert [said for said in now if len(said.split()[0]) == 1 and said.split()[0].isalpha()] == []
    assert "Esc back" in now


def test_a_missing_file_can_be_created_and_not_searched() -> None:
    now = offered(replace(READING, row=None, missing=True))
    assert "c create the file" in now
    assert "/ search" not in now
