"""The block of YAML or TOML before a Markdown text, key by key; and metadata written as such a block.

Values stay as they are written: `no`, `2024-03-05` and `1.10` are text. A key whose value isn't YAML by itself (a title
with a colon in it) is read as plain text, so that one slip costs nothing.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from incident_tui.format.sanitize import one_line

_FENCE = re.compile(r"(---|\+\+\+)[ \t]*\r?\n")
_KEY = re.compile(
    r"(?P<key>[^\s#\-\[\]{}&*!|>%@`:,'\"][^:\n]*?|\"[^\"\n]+\"|'[^'\n]+')[ \t]*:(?:[ \t]+(?P<value>[^\n]*))?$"
)
_COMMENT = re.compile(r"[ \t]*#")
_CONTINUED = re.compile(r"[ \t]|-(?:[ \t]|$)|[\]}]")

Value = str | list[str]


class FrontMatter(NamedTuple):
    """What stands in a block."""

    values: dict[str, Value]
    """A text of one line, or a list of such texts, by key. A key given twice has its first value."""
    rest: str
    """The lines of all that is neither: nested values, texts of several lines, keys given twice."""
    comments: str
    """The lines of its comments."""
    text: str
    """The Markdown after the block."""
    notes: tuple[str, ...] = ()
    """What was read otherwise than it may have been meant."""
    language: str = "yaml"
    """What `rest` is written in."""


def split_front_matter(text: str) -> FrontMatter:
    """Take a text apart; without a block all of it is Markdown."""
    opener = _FENCE.match(text)
    closer = opener and re.compile(rf"^(?:{re.escape(opener[1])}|\.\.\.)[ \t]*\r?$\n?", re.MULTILINE).search(
        text, opener.end()
    )
    if not opener or not closer:
        return FrontMatter({}, "", "", text)
    block, after = text[opener.end() : closer.start()], text[closer.end() :]
    if not block.strip():
        return FrontMatter({}, "", "", after)
    matter = _yaml(block, after) if opener[1] == "---" else _toml(block, after)
    if matter is not None:
        return matter
    kind = "YAML" if opener[1] == "---" else "TOML"
    keys = re.findall(r"^\w[\w-]*[ \t]*[:=]", block, re.MULTILINE)
    looks_so = len(keys) * 2 >= len(block.split("\n\n")[0].splitlines())
    notes = (f"its front matter isn't {kind}: it is kept in the text",) if looks_so else ()
    return FrontMatter({}, "", "", text, notes)


def whole_front_matter(text: str) -> tuple[dict[str, Value], str] | None:
    """The values that `front_matter` wrote, to the last character, and the text after them; nothing if they aren't."""
    import yaml

    block, end, body = text.removeprefix("---\n").partition("\n---\n")
    try:
        values = yaml.load(block, Loader=yaml.BaseLoader) if end else None
    except yaml.YAMLError:
        return None
    if not isinstance(values, dict):
        return None
    texts = [text for value in values.values() for text in (value if isinstance(value, list) else [value])]
    return (values, body) if all(isinstance(text, str) for text in texts) else None


def _yaml(block: str, after: str) -> FrontMatter | None:
    """A block of YAML, a top-level key at a time; nothing where it isn't a mapping in lines."""
    values: dict[str, Value] = {}
    rest, comments = "", ""
    notes: list[str] = []
    chunks: list[str] = []
    stray: list[str] = []
    for line in block.splitlines(keepends=True):
        if _KEY.match(line.rstrip("\r\n")):
            chunks.append(line)
        elif _COMMENT.match(line) and not (chunks and re.search(r"[|>][+-]?\s*$", chunks[-1].splitlines()[0])):
            comments += line
        elif not line.strip() or (chunks and _CONTINUED.match(line)):
            if chunks:
                chunks[-1] += line
        else:
            stray.append(line)
    if (
        not chunks
        or len(stray) >= len(chunks)
        or (stray and not _KEY.match(block.lstrip().partition("\n")[0].rstrip("\r")))
    ):
        return None
    if stray:
        rest += "".join(stray)
        notes.append("some of its front matter isn't YAML: it is kept at the end of the text")
    for chunk in chunks:
        key, value, plain = _parsed(chunk)
        if plain:
            notes.append(f"'{one_line(key)}' in its front matter isn't YAML: it is read as plain text")
        if key in values or value is None:
            rest += chunk
        else:
            values[key] = value
    return FrontMatter(values, rest, comments, after, tuple(notes))


def _parsed(chunk: str) -> tuple[str, Value | None, bool]:
    """A key, its value (nothing where that is more than lines), and whether YAML doesn't know it."""
    import yaml

    line = _KEY.match(chunk.splitlines()[0])
    assert line is not None
    key = line["key"].strip("'\"")
    try:
        loaded = yaml.load(chunk, Loader=yaml.BaseLoader)  # texts and lists of texts, no objects
    except (yaml.YAMLError, ValueError, RecursionError):
        value = (line["value"] or "").strip()
        single = len(chunk.split("\n", 1)[1].strip()) == 0 if "\n" in chunk else True
        return key, value if single and one_line(value) == value else None, single
    if not isinstance(loaded, dict) or len(loaded) != 1:
        return key, None, False
    ((loaded_key, loaded_value),) = loaded.items()
    return str(loaded_key), _flat(loaded_value), False


def _toml(block: str, after: str) -> FrontMatter | None:
    """A block of TOML: whole in `rest`, too, where it has comments, tables or texts of several lines."""
    import tomllib

    try:
        loaded = tomllib.loads(block.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    flat = {key: _flat(value) for key, value in loaded.items()}
    values = {key: value for key, value in flat.items() if value is not None}
    whole = len(values) == len(flat) and not re.search(r"^[ \t]*#", block, re.MULTILINE)
    return FrontMatter(values, "" if whole else block, "", after, (), "toml")


def _flat(value: Any) -> Value | None:
    """A value as a text of one line, or as a list of such; nothing where that would lose something."""
    if isinstance(value, list):
        texts = [_flat(item) for item in value]
        return [text for text in texts if isinstance(text, str)] if all(isinstance(t, str) for t in texts) else None
    if isinstance(value, dict):
        return None
    text = ("true" if value else "false") if isinstance(value, bool) else str(value).strip()
    return text if one_line(text) == text else None


def metadata_key(key: str) -> str:
    """A key in the format's shape: `resolvedWhen` and `Resolved when` are `resolved_when`. May be empty."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_0123456789") if words else ""


def front_matter(values: Mapping[str, Value]) -> str:
    """A block of YAML that `split_front_matter` reads as these values."""
    return "".join(("---\n", *_lines(values), "---\n"))


def _lines(values: Mapping[str, Value]) -> Iterator[str]:
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        style = None if value.isprintable() else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)

    Dumper.add_representer(str, text)
    Dumper.yaml_implicit_resolvers = {}  # numbers, days and flags are texts as well, and need no quotes

    for key, value in values.items():
        yield yaml.dump(
            {key: value},
            Dumper=Dumper,
            allow_unicode=True,
            width=sys.maxsize,
            default_flow_style=False,
            sort_keys=False,
        )
