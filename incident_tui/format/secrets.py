"""What looks like a secret in a text: well-known shapes of tokens, and passwords that are given as such.

Sources of the shapes:
- AWS access key ids: docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (unique identifiers)
- GitHub tokens: github.blog/2021-04-05-behind-githubs-new-authentication-token-formats
- Slack tokens: api.slack.com/concepts/token-types
- private keys: RFC 7468, and the same line of OpenSSH and PGP
- JSON Web Tokens: RFC 7519, three parts of base64url of which the first two begin an object
- `Authorization: Bearer` and `Basic`: RFC 6750, RFC 7617
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_VALUE = r"""(?P<value>"[^"\s]{6,}"|'[^'\s]{6,}'|[^\s"'`<>{}\[\](),;|&]{6,})"""

_SHAPES = (
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})")),
    ("a Slack token", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")),
    ("a JSON Web Token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")),
    ("an authorization header", re.compile(r"(?i)\bauthorization\s*[:=]\s*(?:bearer|basic)\s+" + _VALUE)),
    ("a password", re.compile(r"(?i)\b[\w-]*(?:password|passwd|secret|api_?key|access_?token)\s*[:=]\s*" + _VALUE)),
)

_NO_VALUE = re.compile(
    r"""(?ix) ["']? (?: [$%*.<] | x{3,} | redacted | changeme | example | (?:none|null|true|false)\b | your[_-] )"""
)
"""How a value begins that only stands for one: a variable, stars, a placeholder."""


class SuspectLine(NamedTuple):
    """A line that seems to hold a secret."""

    number: int
    """From 1."""
    kind: str
    text: str


def suspect_lines(text: str) -> Iterator[SuspectLine]:
    """Yield the lines that seem to hold a secret, each once."""
    for number, line in enumerate(text.split("\n"), 1):
        for kind, shape in _SHAPES:
            if any(_is_value(match) for match in shape.finditer(line)):
                yield SuspectLine(number, kind, line.strip())
                break


def _is_value(match: re.Match[str]) -> bool:
    """Whether what was matched is a value: a shape of its own, or a word with a digit or a sign, as passwords have."""
    value = match.groupdict().get("value")
    if value is None:
        return True
    return _NO_VALUE.match(value) is None and not value.strip("\"'").isalpha()
