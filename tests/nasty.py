"""Kinds of text that make a careless parser take quadratic time, each in any size."""

from collections.abc import Callable, Iterator
from itertools import count

HEADING = b"## M-2025-03-01T10:00:00Z INC-3 pool exhausted\n\n"
METADATA = b"- type: incident\n- tags: db, pool\n- used: 2\n- last_used: 2025-03-09\n- pinned: false\n"
AFTER = b"\n\n## M-2025-02-01T10:00:00Z INC-2 cache\n\n- type: incident\n- tags: cache\n\n**Summary**\n\nPool.\n"

Kind = Callable[[int], bytes]
"""Makes a file of about so many bytes."""


def entry(body: str | bytes) -> bytes:
    """A file with an entry of this body, and another entry after it."""
    text = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body
    return HEADING + METADATA + b"\n" + text + AFTER


def run(sign: str, start: str = "", end: str = "") -> Kind:
    """A body that is one sign over and over."""
    return lambda size: entry(start + sign * max(1, size // len(sign.encode())) + end)


def numbered(line: str) -> Kind:
    """A body of lines with a number each."""
    return lambda size: entry(_upto(size, (line.format(n) for n in count())))


def rows(make: Callable[[int], bytes]) -> Kind:
    """A file of numbered pieces: entries, say."""
    return lambda size: b"".join(map(make, range(max(2, size // len(make(1000))))))


def _upto(size: int, pieces: Iterator[str]) -> str:
    held: list[str] = []
    while size > 0:
        held.append(next(pieces))
        size -= len(held[-1].encode())
    return "".join(held)


def _triangle(sign: str) -> Kind:
    """Runs of every length, each of its own: none has a partner."""
    return lambda size: entry(_upto(size, (f"{sign * n} x " for n in count(1))))


def _metadata(line: str) -> Kind:
    return lambda size: HEADING + METADATA + _upto(size, (line.format(n) for n in count())).encode() + AFTER


def _heading(piece: str) -> Kind:
    return lambda size: (
        b"## M-2025-03-01T10:00:00Z " + piece.encode() * (size // len(piece)) + b"\n\n" + METADATA + AFTER
    )


def _two_halves(first: str, second: str) -> Kind:
    return lambda size: entry(first * (size // 2 // len(first)) + second * (size // 2 // len(second)))


def _entry_of(n: int, more: str = "") -> bytes:
    return f"## M-2025-01-01T00:00:{n % 60:02}Z INC-{n} word{n}\n\n- tags: t{n}\n{more}\n".encode()


KINDS: dict[str, Kind] = {
    # runs of one sign
    "backticks": run("`"),
    "tildes": run("~"),
    "stars": run("*"),
    "underscores": run("_"),
    "hashes": run("#"),
    "dashes": run("-"),
    "equals": run("="),
    "pluses": run("+"),
    "quotes": run(">"),
    "pipes": run("|"),
    "exclamations": run("!"),
    "brackets": run("["),
    "closing brackets": run("]"),
    "parentheses": run("("),
    "closing parentheses": run(")"),
    "angles": run("<"),
    "ampersands": run("&"),
    "backslashes": run("\\"),
    "colons": run(":"),
    "double quotes": run('"'),
    "blanks": run(" ", "x", "y"),
    "tabs": run("\t", "x", "y"),
    "blanks behind a hash": run(" ", "# x", "y"),
    "blanks in a table": run(" ", "|x", "|\n|-|\n"),
    "line feeds": run("\n", "x", "y"),
    "carriage returns": run("\r"),
    "NUL bytes": run("\0"),
    "invalid bytes": lambda size: entry(b"\xff" * size),
    "combining marks": run("\u0301", "e"),
    "joiners": run("\u200d", "e"),
    "tag characters": run("\U000e0061", "\U0001f3f4"),
    "wide characters": run("漢"),
    "emoji": run("👩‍👩‍👧"),
    "right to left": run("\u202eא"),
    # signs by twos
    "bold": run("**a** "),
    "never closed bold": run("**a "),
    "nested emphasis": _two_halves("*a ", "b* "),
    "stars and underscores": run("*_"),
    "code spans": run("`a` "),
    "backticks of every length": _triangle("`"),
    "tildes of every length": _triangle("~"),
    "backticks, then one": lambda size: entry("`" * (size // 2) + "x`" + "y" * (size // 2)),
    "links": run("[a](b) "),
    "nested brackets": _two_halves("[", "]"),
    "never closed links": run("[a]("),
    "images": run("![a"),
    "nested parentheses in a link": lambda size: entry("[a](" + "(" * size + "b"),
    "addresses": run("https://a.b/c "),
    "an address and parentheses": run(")", "https://a.b/c"),
    "autolinks": run("<https://a "),
    "entities": run("&amp;"),
    "never closed entities": run("&a"),
    "escapes": run("\\*"),
    "escaped pipes": run("\\|", "| a |\n|---|\n| "),
    "tags of HTML": run("<a "),
    "closing tags": run("</a"),
    "declarations": run("<!A"),
    "processing instructions": run("<?"),
    "CDATA": run("<![CDATA["),
    # lines
    "a long word": run("a"),
    "a long number": run("1"),
    "a long line of words": run("word "),
    "hyphens": run("a-"),
    "many words": numbered("word{0} "),
    "many paragraphs": numbered("Text {0}.\n\n"),
    "opening fences": run("```\nx\n", "```sql\n"),
    "fences with a language": run("```sql\n"),
    "fences of tildes": run("~~~~ x\n"),
    "closed fences": run("```sql\nselect 1\n```\n"),
    "fences of list items": run("- ```\n"),
    "fences of nested list items": numbered("  - ```x{0}\n    "),
    "a fence in a list and lines": run("      text ```\n", "- ```\n"),
    "unclosed comments": run("<!--\n"),
    "comments": run("<!-- a -->\n"),
    "comments and a rule": run("\n---\n<!-- a -->\n"),
    "ends of comments": run("-->\n"),
    "rules": run("---\n"),
    "list items": run("- a\n"),
    "ordered items": numbered("{0}. a\n"),
    "list markers": run("- "),
    "nested lists": lambda size: entry(_upto(size, (" " * (2 * (n % 60)) + "- a\n" for n in count()))),
    "growing lists": lambda size: entry(_upto(size, ("  " * n + "- a\n" for n in count()))),
    "lists and blank lines": run("- a\n\n\n"),
    "quotes by lines": run("> a\n"),
    "quote markers": run("> "),
    "growing quotes": lambda size: entry(_upto(size, (">" * n + " a\n" for n in count(1)))),
    "indented code": run("     a\n"),
    "open items": run("- [ ] do\n"),
    "items without a box": run("- do\n", "**Action Items**\n\n"),
    "a long title and items": lambda size: entry(f"# {'a' * (size // 2)} actions\n" + "- do\n" * (size // 10)),
    "a long title and queries": lambda size: entry(f"# {'a' * (size // 2)}\n" + "```\npool\n```\n" * (size // 26)),
    "a long title and words": lambda size: entry("# " + "a " * (size // 4) + "\n" + "pool\n" * (size // 10)),
    "titles": numbered("**Title {0}**\n"),
    "the same title": run("**Summary**\n\npool\n"),
    "headings": run("# a\n"),
    "underlined headings": run("a\n=\n"),
    "rules below text": run("a\n---\n"),
    "underlined underlines": run("---\n==="),
    "underlined bold lines": run("**a**\n---\n"),
    "definitions": numbered("[a{0}]: b\n"),
    "never closed definitions": run("[a]: <b\n"),
    "definitions with titles": run('[a]: b "\n'),
    "footnotes": numbered("[^{0}]: b\n"),
    "references": run("[a] "),
    "a table": run("| `a` | b |\n", "**Queries**\n\n| query | b |\n|---|---|\n"),
    "a row of many cells": run("| a ", "| query |\n|---|\n"),
    "a header of many cells": lambda size: entry("|a" * (size // 5) + "|\n" + "|-" * (size // 5) + "|\n| b |\n"),
    "a long cell": run("a ", "| a | query |\n|---|---|\n| ", "|"),
    "rows without a table": run("|\n"),
    "delimiter rows": run("|-|\n"),
    "code in a cell": lambda size: entry("| query |\n|-|\n|" + _upto(size, (f"{'`' * n}x" for n in count(1))) + "|\n"),
    "conflict markers": run("<<<<<<< a\n=======\n>>>>>>> b\n"),
    "halves of conflicts": run("<<<<<<< a\n"),
    "markers and fences": run("```\n<<<<<<< a\n```\n>>>>>>> b\n"),
    "mixed line ends": run("a\r\nb\n"),
    "times": run("10:00 a\n"),
    "pointers": run("See archive/incidents.md#M-2025-03-01T10:00:00Z INC-2 "),
    "beginnings of pointers": run("M-2025-01-01"),
    "references of many parts": run("-1", "A", "x"),
    "paths": run("archive/"),
    "line breaks": run("a  \n"),
    "line breaks of HTML": run("<br>"),
    "strikes": run("~~a"),
    # headings and metadata
    "a long heading": _heading("a"),
    "a heading of many words": _heading("a "),
    "a heading of hyphens": _heading("A-1"),
    "a heading of brackets": _heading("("),
    "many keys": _metadata("- key_{0}: a\n"),
    "one key many times": _metadata("- used: {0}\n"),
    "keys given twice": lambda size: (
        HEADING + METADATA + "".join(f"- k{n}: a\n" for n in range(size // 20)).encode() * 2 + AFTER
    ),
    "a long value": lambda size: HEADING + METADATA + b"- owner:" + b" a" * (size // 2) + b"\n" + AFTER,
    "a value of blanks": lambda size: HEADING + METADATA + b"\ntype: x" + b" *" * (size // 2) + b"y\n" + AFTER,
    "blank lines and metadata": lambda size: HEADING + b"\n" * size + METADATA + AFTER,
    "many tags": lambda size: (
        HEADING
        + b"- tags: "
        + ", ".join(f"t{n}" for n in range(size // 6)).encode()
        + b"\n- used: 2\n\nText.\n"
        + AFTER
    ),
    "commas": lambda size: HEADING + b"- tags: " + b"," * size + b"\n- used: 2\n\nText.\n" + AFTER,
    # files
    "many entries": rows(_entry_of),
    "tiny entries": rows(lambda n: b"## M-2025-01-01T00:00:%02dZ\n" % (n % 60)),
    "twins": rows(lambda n: b"## M-2025-01-01T00:00:00Z INC-1 twin\n\n- used: 1\n\n"),
    "one reference": rows(lambda n: f"## M-2025-01-01T00:00:00Z INC-1 w{n}\n\n- tags: a\n\nSee INC-1.\n\n".encode()),
    "glued headings": run("## M-2025-01-01 a ", "x"),
    "glued entries": run("x## M-2025-01-01 a\n- used: 1\n"),
    "indented entries": run(" ## M-2025-01-01 a\n- used: 1\n"),
    "entries in code": numbered("```\n## M-2025-01-01 a{0}\n- used: 1\n```\n"),
    "entries in comments": numbered("<!--\n## M-2025-01-01 a{0}\n- used: 1\n-->\n"),
    "entries in one comment": lambda size: entry(
        "<!--\n" + _upto(size, (f"## M-2025-01-01 a{n}\n- used: 1\n" for n in count())) + "-->\n"
    ),
    "conflicts of entries": rows(
        lambda n: b"<<<<<<< a\n" + _entry_of(n) + b"=======\n" + _entry_of(n, "- used: 1\n") + b">>>>>>> b\n"
    ),
    "rules between entries": lambda size: entry("---\n\n" * (size // 5)),
}
