"""`python -m bench [--quick] [--corpus FILE…]`: the tables of docs/performance.md."""

import argparse
import os
import shutil
from pathlib import Path

from bench import growth, merge, peers, pin, process, screen, search_quality, search_speed
from bench.data import SAMPLES, vocabulary
from bench.search_quality import Scale

TABLES = ("titles", "bodies", "keys", "start", "memory", "paint", "process", "pin", "merge", "peers", "growth")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--corpus", nargs="+", type=Path, help="Markdown files that the words are taken from")
    parser.add_argument("--seeds", nargs="+", type=int, default=[101, 102, 103])
    parser.add_argument("--quick", action="store_true", help="small data sets: some minutes")
    parser.add_argument("--only", nargs="+", choices=TABLES)
    parser.add_argument("--chart", type=Path, metavar="FILE.svg", help="where to draw how times and memory grow")
    args = parser.parse_args()
    words = vocabulary(args.corpus or sorted(SAMPLES.glob("*.md")))
    if len(words) < 2:
        parser.error(f"no words: {SAMPLES} holds no Markdown; name files with --corpus")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is started again and again is compiled once
    wanted = args.only or TABLES
    quick, seeds = args.quick, args.seeds[:1] if args.quick else args.seeds
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.2f}: where others work, times say little")
    if not shutil.which("fzf"):
        print("fzf is not on PATH; its column is left out")
    if "titles" in wanted:
        scale = Scale(1_000, 40, seeds) if quick else Scale(10_000, 200, seeds)
        search_quality.report("two words of title and tags", words, scale, with_bodies=False)
    if "bodies" in wanted:
        scale = Scale(300, 20, seeds) if quick else Scale(2_000, 100, seeds[:1])
        search_quality.report("one word of title and tags, one of the body", words, scale, with_bodies=True)
    if "keys" in wanted:
        counts, rounds, each = ((2_000,), 3, 2) if quick else ((10_000, 100_000), 20, 4)
        search_speed.report_keys(words, counts, seeds[0], rounds, each, length=200)
    if "start" in wanted:
        search_speed.report_start(words, 2_000 if quick else 10_000, seeds[0], rounds=20, length=200)
        search_speed.report_bodies(words, 2_000 if quick else 10_000, seeds[0], length=200)
        sizes = [1_000] if quick else [1_000, 10_000, 100_000]
        screen.report_first_paint(words, sizes, seeds[0], 3 if quick else 20, length=200)
    if "paint" in wanted:
        sizes = [1_000] if quick else [10_000, 100_000]
        screen.report_keys(words, sizes, seeds[0], length=200, building=0 if quick else 20)
        screen.report_bytes(words, sizes[0], seeds[0], length=200)
    if "memory" in wanted:
        search_speed.report_memory(words, 2_000 if quick else 100_000, seeds[0], length=215)
        screen.report_memory(words, 2_000 if quick else 100_000, seeds[0], length=215)
    if "process" in wanted:
        process.report_commands(words, 1_000, seeds[0], 10 if quick else 50, length=200)
        process.report_completion(words, 2_000 if quick else 10_000, seeds[0], 4 if quick else 20, length=200)
    if "pin" in wanted:
        pin.report(words, 2_000 if quick else 10_000, seeds[0], 6 if quick else 20, length=200)
    if "merge" in wanted:
        merge.report(words, 2_000 if quick else 10_000, seeds[0], 3 if quick else 10, length=200)
    if "peers" in wanted:
        peers.report(words, [100] if quick else [1_000, 10_000], seeds[0], 3 if quick else 10, length=200)
    if "growth" in wanted:
        sizes = [300, 1_000] if quick else [1_000, 3_000, 10_000, 30_000, 100_000, 300_000]
        growth.report(words, sizes, seeds[0], 3 if quick else 7, length=200, chart=args.chart)


if __name__ == "__main__":
    main()
