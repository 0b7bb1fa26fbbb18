"""Times in rows, each beside the floor that was measured in turns with it."""

from collections.abc import Sequence
from statistics import median, quantiles


def print_head(what: str, ours: str = "browser", floor: str = "floor") -> None:
    print(f"{what}, milliseconds: least / median / 95th percentile; the ratio of medians")
    print(f"  {'':<36}{'entries':>9}{'times':>7}{ours:>24}{floor:>24}{'ratio':>8}{'goal':>7}")


def print_times(
    what: str, count: int, ours: Sequence[float], theirs: Sequence[float], goal: float | None = None
) -> None:
    """Print a row, of seconds; the goal is one of the ratio."""
    cells = "".join(f"{1000 * time:>8.1f}" for times in (ours, theirs) for time in _spread(times))
    print(
        f"  {what:<36}{count:>9,}{len(ours):>7}{cells}{median(ours) / median(theirs):>8.2f}{goal or '':>7}", flush=True
    )


def _spread(times: Sequence[float]) -> tuple[float, float, float]:
    return min(times), median(times), quantiles(times, n=20, method="inclusive")[-1]
