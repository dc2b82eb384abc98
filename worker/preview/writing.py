"""Writes the preview: slack/NAME.json, email/NAME.eml, web/NAME.html and the workbook, and index.html to see them all.

Promises: the same programmes and words give the same files, but for the time that is signed into links.
"""

from collections.abc import Iterator
from pathlib import Path

from worker.files import programmes, words
from worker.preview import showing
from worker.preview.everyday import everyday
from worker.preview.exhibits import Exhibit
from worker.preview.mails import post
from worker.preview.walked import legs
from worker.preview.walking import walking
from worker.web import draw
from workflows.messages import examples
from workflows.messages.scene import Scene


def write(out: Path, *, locale: str, programme: str = "") -> int:
    """Write everything below `out` and return the number of files; with `programme`, of that one alone.

    Raises FileNotFoundError for a language we lack, NotFound for a programme there is not.
    """
    exhibits = tuple(_exhibits(locale, programme))
    files = {one.file: one.content for one in exhibits}
    files |= {f"web/static/{asset.name}": asset.read_bytes() for asset in sorted(draw.STATIC.iterdir())}
    files |= {name: style.read_bytes() for name, style in showing.STYLES.items()}
    files["index.html"] = showing.index(exhibits).encode()
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len(files)


def _exhibits(locale: str, wanted: str) -> Iterator[Exhibit]:
    told = words.load(locale)
    shown = tuple(programmes.load(name, locale) for name in ((wanted,) if wanted else programmes.names()))
    by = post(told)
    yield from everyday(examples.scene(told, shown[0]), shown, by)
    for one in shown:
        yield from walking(
            Scene(words=told, walk=examples.walk(one), programme=one), tuple(legs(one)), by, main=one is shown[0]
        )
