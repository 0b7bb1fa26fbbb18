"""Edits on a small disk that is full but for some pages. Run as a program, where it may mount that disk."""

import json
import os
import subprocess
import sys
from pathlib import Path

from incident_tui.format.errors import Refused
from incident_tui.storage.knowledge_base import KnowledgeBase
from tests.faults.child import do
from tests.faults.scene import CASES, Case, Scene

NAMES = ("pin", "archive", "archive, new archive", "summarize", "undo archive, new archive")
PAGE = 4096


def run(scene: Scene, case: Case, free: int) -> dict[str, object]:
    scene.prepare(case)
    old = scene.files()
    filler = scene.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * PAGE):
                pass
        except OSError:
            file.truncate(max(0, file.tell() - free))
    wrong = []
    message = None
    try:
        do(KnowledgeBase(scene.live), case.now, case.ref, case.place)
    except Refused as refusal:
        message = str(refusal)
        if not message.isprintable() or "no space left" not in message:
            wrong.append(f"not a clear line: {message!r}")
    now = scene.files()
    filler.unlink()
    if message is not None and now != old:
        wrong.append(f"refused, but the files have changed: {message}")
    if message is None and now == old:
        wrong.append("done, but the files are as they were")
    wrong += scene.faults_after(old, now)
    return {"case": case.name, "free": free, "did": message is None, "wrong": wrong}


def main() -> None:
    folder, hard_links, most = Path(sys.argv[1]), bool(int(sys.argv[2])), int(sys.argv[3])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(folder)], check=True)
    scene = Scene(folder, hard_links)
    os.environ["XDG_STATE_HOME"] = str(scene.state)
    for case in CASES:
        if case.name in NAMES:
            for pages in range(most + 1):
                print(json.dumps(run(scene, case, pages * PAGE)))


if __name__ == "__main__":
    main()
