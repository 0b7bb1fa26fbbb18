"""How times and memory grow with the file: a table, and a chart with both axes logarithmic."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from pathlib import Path
from statistics import median

from bench.pin import until_written
from bench.programs import Made, browser, knowledge_base
from bench.screen import first_key, first_list

Figures = Mapping[str, Sequence[float]]
"""What is measured, each with its values in the order of the counts: milliseconds, or megabytes."""

MEMORY = "memory, MB"

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 20, 40
"""The margins around the plot, in pixels."""

COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b")


def report(
    words: Sequence[str], counts: Sequence[int], seed: int, rounds: int, length: int, chart: Path | None
) -> None:
    """Print a row for each number of entries, and the power of it that each column grows with; draw the chart."""
    rows: list[dict[str, float]] = []
    for count in counts:
        with knowledge_base(words, count, seed, length) as made:
            row = _measured(made, rounds)
            size = made.path.stat().st_size
        if not rows:
            print("how it grows: medians, milliseconds; memory in MB, all bodies indexed")
            print(f"  {'entries':>9}{'file, MB':>10}" + "".join(f"{name:>20}" for name in row))
        rows.append(row)
        print(f"  {count:>9,}{size / 1e6:>10.1f}" + "".join(f"{value:>20.1f}" for value in row.values()), flush=True)
    figures = {name: [row[name] for row in rows] for name in rows[0]}
    powers = "".join(f"{_power(counts, values):>20.2f}" for values in figures.values())
    print(f"  {'power of the count':<19}{powers}")
    if chart is not None:
        chart.write_text(drawn(counts, figures), "utf-8")


def drawn(counts: Sequence[int], figures: Figures) -> str:
    """Return the chart as an SVG picture: a line for each figure, its name at the right end."""
    values = [value for each in figures.values() for value in each]
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    first, last = log10(counts[0]), log10(counts[-1])

    def x(count: float) -> float:
        return LEFT + (log10(count) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="{HEIGHT - 6}">entries</text>',
    ]
    for power in range(low, high + 1):
        at = f"{y(10**power):.1f}"
        lines += [
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}" stroke="#dddddd"/>',
            f'<text x="{LEFT - 6}" y="{at}" text-anchor="end" dominant-baseline="middle">{10**power:,}</text>',
        ]
    for count in counts:
        lines.append(f'<text x="{x(count):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{count:,}</text>')
    below = float(HEIGHT)
    ends = sorted(figures.items(), key=lambda figure: figure[1][-1])
    for colour, (name, each) in zip(COLOURS, ends, strict=False):
        points = " ".join(f"{x(count):.1f},{y(value):.1f}" for count, value in zip(counts, each, strict=True))
        below = min(y(each[-1]), below - 14)  # names don't cover each other
        lines += [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
            f'<text x="{WIDTH - RIGHT + 8}" y="{below:.1f}" dominant-baseline="middle" fill="{colour}">'
            f"{escape(name)}</text>",
        ]
    return "\n".join([*lines, "</svg>", ""])


def _measured(made: Made, rounds: int) -> dict[str, float]:
    starts = [(first_list(made), first_key(made)) for _ in range(rounds)]
    firsts, keys = zip(*starts, strict=True)
    with browser(made) as terminal:
        terminal.started(made.first)
        terminal.idles()
        memory = terminal.memory[0]
        downs = [terminal.measure(b"j").seconds for _ in range(rounds)]
        pins = [until_written(terminal, made.path) for _ in range(rounds)]
        terminal.measure(b"/")
        typed = [terminal.measure(key).seconds for key in made.searches[0]]
    times = {"first list": firsts, "first key": keys, "j": downs, "a search key": typed, "pin": pins}
    return {name: 1000 * median(each) for name, each in times.items()} | {MEMORY: memory / 1e6}


def _power(counts: Sequence[int], values: Sequence[float]) -> float:
    """Return the slope of the straight line through the logarithms that fits best."""
    xs, ys = [log10(count) for count in counts], [log10(value) for value in values]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
