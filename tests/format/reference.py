"""A slow and plain reading of the format, line by line, written from its description alone.

It shares nothing with the scanner that it checks: every question is answered by looking at all the lines.
"""

import re

HEADING = re.compile(rb"## M-\d{4}-\d{2}-\d{2}")
FENCE = re.compile(rb" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})[ \t]*(.*?)[ \t]*")
ITEM_FENCE = re.compile(rb"( *(?:(?:[-*+]|\d{1,9}[.)]) {1,4})+)(`{3,}(?=[^`]*\Z)|~{3,}).*")
COMMENT = re.compile(rb" {0,3}<!--")
RULE = re.compile(rb" {0,3}-{3,}[ \t]*")


def scan(data: bytes) -> list[tuple[int, int]]:
    """Where each entry of a file starts, and where its text ends."""
    return _Reading(data).entries()


class _Reading:
    def __init__(self, data: bytes) -> None:
        whole = re.findall(rb"[^\n]*\n|[^\n]+", data)
        self.ends = [0]
        for line in whole:
            self.ends.append(self.ends[-1] + len(line))
        self.starts = self.ends[:-1]
        if data.startswith(b"\xef\xbb\xbf"):
            whole[0] = whole[0][3:]
            self.starts[0] = 3
        self.lines = [line.removesuffix(b"\n").removesuffix(b"\r") for line in whole]

    def entries(self) -> list[tuple[int, int]]:
        headings, comments = self._walk()
        stops = [*headings, len(self.lines)][1:]
        return [
            (self.starts[heading], self.ends[self._last(heading, stop, comments)])
            for heading, stop in zip(headings, stops, strict=True)
        ]

    def _walk(self) -> tuple[list[int], list[tuple[int, int]]]:
        """The lines of the headings that count, and of the comments (first, last) that are comments."""
        headings, comments = [], []
        at = 0
        while at < len(self.lines):
            if HEADING.match(self.lines[at]):
                headings.append(at)
            elif COMMENT.match(self.lines[at]) and (last := self._comment_end(at)) is not None:
                comments.append((at, last))
                at = last
            elif self._hides(at) or ITEM_FENCE.fullmatch(self.lines[at]):
                at = self._fence_end(at) or at
            at += 1
        return headings, comments

    def _comment_end(self, at: int) -> int | None:
        """The line of a comment's `-->`; nothing if another comment is opened before, or there is none."""
        rest = self.lines[at].split(b"<!--", 1)[1]
        if b"-->" in rest:
            return at
        for line in range(at + 1, len(self.lines)):
            if COMMENT.match(self.lines[line]):
                return None
            if b"-->" in self.lines[line]:
                return line
        return None

    def _alone(self, first: int, last: int) -> bool:
        """Whether nothing follows a comment on its last line."""
        text = self.lines[last].split(b"<!--", 1)[1] if first == last else self.lines[last]
        return not text.split(b"-->", 1)[1].strip(b" \t\r")

    def _fence_end(self, at: int) -> int | None:
        """The line that closes the fence of line `at`, of a list item or not."""
        item = ITEM_FENCE.fullmatch(self.lines[at])
        if item is None:
            return next((line for line in self._kin(at) if not self._info(line)), None)
        width = len(item[1])
        for line in range(at + 1, len(self.lines)):
            text = self.lines[line]
            if text.strip(b" \t") and not text.startswith(b" " * width):
                return None
            fence = FENCE.fullmatch(text[width:])
            if fence and fence[1].startswith(item[2]) and not fence[2]:
                return line
        return None

    def _kin(self, at: int) -> list[int]:
        """The later fence lines of the same kind: the same character, at least as long."""
        mine = FENCE.fullmatch(self.lines[at])
        assert mine is not None
        later = range(at + 1, len(self.lines))
        return [n for n in later if (other := FENCE.fullmatch(self.lines[n])) and other[1].startswith(mine[1])]

    def _info(self, at: int) -> bytes:
        fence = FENCE.fullmatch(self.lines[at])
        assert fence is not None
        return fence[2]

    def _hides(self, at: int) -> bool:
        """Whether line `at` opens a fence that hides what stands in it."""
        if not FENCE.fullmatch(self.lines[at]) or (end := self._fence_end(at)) is None:
            return False
        if not any(HEADING.match(line) for line in self.lines[at:end]):
            return True
        return not any(self._info(line) for line in self._kin(at) if line < end) and self._sound(end + 1)

    def _sound(self, at: int) -> bool:
        """Whether, reading on, no fence is left open before the next heading or the end."""
        while at < len(self.lines):
            if HEADING.match(self.lines[at]):
                return True
            if COMMENT.match(self.lines[at]):
                at = self._comment_end(at) or at
            elif ITEM_FENCE.fullmatch(self.lines[at]):
                at = self._fence_end(at) or at
            elif FENCE.fullmatch(self.lines[at]):
                end = self._fence_end(at)
                if end is None:
                    return False
                at = end
            at += 1
        return True

    def _last(self, heading: int, stop: int, comments: list[tuple[int, int]]) -> int:
        """The line after an entry's last one that isn't gap."""
        gap: list[tuple[int, bool, bool]] = []  # line after it, is a rule, is the entry's if before a rule
        after = stop
        while after > heading + 1:
            line = after - 1
            comment = next((c for c in comments if c[1] == line), None)
            if comment and self._alone(*comment):
                held = self.lines[comment[0] : after]
                gap.append((after, False, not any(text.startswith(b"## M-") for text in held)))
                after = comment[0]
            elif RULE.fullmatch(self.lines[line]) or not self.lines[line].strip(b" \t\r"):
                gap.append((after, bool(self.lines[line].strip(b" \t\r")), False))
                after = line
            else:
                break
        for line, rule, own in reversed(gap):
            if rule:
                break
            if own:
                after = line
        return after
