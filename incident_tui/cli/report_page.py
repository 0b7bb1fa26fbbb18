"""The report as one HTML page that needs nothing else: no network, no other file."""

import os
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from incident_tui.format.errors import Refused
from incident_tui.format.model.entry import Entry
from incident_tui.render.html import render_html, text_html
from incident_tui.storage.disk import atomic_file
from incident_tui.storage.disk.atomic_file import FileChanged, os_error_text

_GENERATOR = '<meta name="generator" content="incident-tui report">'
"""By this a page of ours is known."""

_STYLE = """\
:root { color-scheme: light dark; --text: #1c1e21; --page: #fff; --dim: #5c636b; --line: #d5d9de; --code: #f3f4f6;
  --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --text: #dfe2e6; --page: #15181c; --dim: #9aa3ad; --line: #343a41; --code: #20252b; --link: #8ab8f0; } }
body { margin: 0 auto; max-width: 62rem; padding: 1rem 1.25rem 4rem; color: var(--text); background: var(--page);
  font: 1rem/1.5 system-ui, sans-serif; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.6em 0 .5em; }
a { color: var(--link); overflow-wrap: anywhere; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1em 0; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
.right { text-align: right; } .center { text-align: center; }
code, pre { font: .875em/1.45 ui-monospace, monospace; background: var(--code); border-radius: 3px; }
code { padding: .1em .25em; } pre { padding: .75rem; overflow-x: auto; } pre code { padding: 0; background: none; }
blockquote { margin: 1em 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--dim); }
li.task { list-style: none; margin-left: -1.4em; }
article { border-top: 1px solid var(--line); margin-top: 2rem; } article h2 { overflow-wrap: anywhere; }
.facts { color: var(--dim); font-size: .875rem; }
#search { position: sticky; top: 0; background: var(--page); padding: .75rem 0; }
#search input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem .75rem; color: inherit;
  background: var(--code); border: 1px solid var(--line); border-radius: 4px; }
[hidden] { display: none; }
@media print { #search { display: none; } body { max-width: none; font-size: 10.5pt; color: #000; background: #fff; }
  pre { white-space: pre-wrap; } h2, h3 { break-after: avoid; } tr, pre { break-inside: avoid; } }
"""

_SCRIPT = """\
const box = document.querySelector("#search input"), count = document.querySelector("#search output");
const entries = [...document.querySelectorAll("article")].map(e => [e, e.textContent.toLowerCase()]);
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const [entry, text] of entries) {
    entry.hidden = !words.every(word => text.includes(word));
    shown += !entry.hidden;
  }
  count.textContent = `${shown} of ${entries.length} entries`;
});
"""

_HASH = b64encode(sha256(f"\n{_SCRIPT}".encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_HASH}'"
"""Nothing is fetched and no other script runs, whatever stands in the text."""


def page(title: str, report: str, entries: Iterable[Entry] | None) -> str:
    """The page: the report, given as Markdown, and the entries with a search box, if there are to be any."""
    body = render_html(report)
    if entries is not None:
        articles = [_article(entry) for entry in entries]
        count = f"{len(articles)} of {len(articles)} entries"
        body += (
            '<div id="search"><input type="search" placeholder="Words that an entry has" aria-label="Search">'
            f" <output>{count}</output></div>\n{''.join(articles)}<script>\n{_SCRIPT}</script>\n"
        )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n{_GENERATOR}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text_html(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _article(entry: Entry) -> str:
    """An entry: its name, its metadata in a line, its text with its headings below the name."""
    facts = [entry.timestamp, *(f"{key}: {value}" for key, value in entry.metadata.values().items() if value)]
    return (
        f"<article>\n<h2>{text_html(entry.label)}</h2>\n"
        f'<p class="facts">{" · ".join(map(text_html, facts))}</p>\n{render_html(entry.body, deeper=1)}</article>\n'
    )


def write_page(path: Path, text: str) -> None:
    """Write a page to a file, or in the place of an older one.

    Raises `Refused` where the file is anything else.
    """
    try:
        before = atomic_file.read(path)
        if before is not None and _GENERATOR.encode() not in before.data:
            raise Refused(f"{path} is there and no page of this command; nothing was written")
        atomic_file.replace(path, text.encode("utf-8", "replace"), before.signature if before else None)
    except FileChanged:
        raise Refused(f"{path} was written by someone else meanwhile; it is left as it is") from None
    except OSError as error:
        raise Refused(f"{os.fspath(path)} can't be written: {os_error_text(error)}") from None
