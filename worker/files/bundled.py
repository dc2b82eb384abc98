"""Finds files of `config/` and `templates/`: the operator's own, else the checkout's, else the installed package's.

`FAIRSTEPS_DATA_DIR` may name a folder with a `config/` or `templates/` of its own; it wins file by file, so a group
that changes one text keeps one file. Nothing is read here and nothing is kept: a file put there later is found.
"""

import os
import pathlib

import workflows

_SETTING = "FAIRSTEPS_DATA_DIR"
_PACKAGE = pathlib.Path(workflows.__file__).resolve().parent


def roots() -> tuple[pathlib.Path, ...]:
    """Where to look, first to last."""
    own = os.environ.get(_SETTING, "").strip()
    return (*((pathlib.Path(own).expanduser(),) if own else ()), _PACKAGE.parent, _PACKAGE / "_bundled")


def find(relative: str) -> pathlib.Path:
    """Return the first file or folder of that path, like "config/redis.conf".

    Raises FileNotFoundError, also for a path that leaves `config/` and `templates/`.
    """
    parts = pathlib.PurePosixPath(relative).parts
    if not parts or parts[0] not in {"config", "templates"} or ".." in parts or "\0" in relative:
        raise FileNotFoundError(f"not a path inside config/ or templates/: {relative!r}")
    for root in roots():
        found = root.joinpath(*parts)
        if found.exists():
            return found
    tried = ", ".join(str(root) for root in roots())
    raise FileNotFoundError(f"{relative} is in none of: {tried}")


def folders(relative: str) -> tuple[str, ...]:
    """Return the names of the folders in a folder, from everywhere it exists, in order of the alphabet."""
    found = {
        each.name
        for root in roots()
        if (root / relative).is_dir()
        for each in (root / relative).iterdir()
        if each.is_dir() and not each.name.startswith((".", "_"))
    }
    return tuple(sorted(found))


def files(relative: str, ending: str) -> tuple[str, ...]:
    """Return the names of the files in a folder, from everywhere it exists, in order of the alphabet.

    Raises FileNotFoundError where there is no such folder.
    """
    find(relative)
    found = (each.name for root in roots() if (root / relative).is_dir() for each in (root / relative).iterdir())
    return tuple(sorted({name for name in found if name.endswith(ending)}))
