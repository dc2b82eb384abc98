"""Every programme there is, by id and version: the newest from its files, older ones as they were kept.

A running partnership keeps the version it began with. So `keep` runs at every start, before anybody can begin: what
the files say is kept under id and version, and a structure that changed under an old version is refused. Keeping twice
changes nothing; two starts at once agree on what the first one kept.
"""

from collections.abc import Mapping

from worker.files import programmes
from worker.store.programmes import Programmes
from workflows.errors import NotFound, WrongInput
from workflows.programme import Programme
from workflows.programme_change import same_structure
from workflows.walk import Partnership


class Changed(WrongInput):
    """A structure differs from the one that is kept under the same version; the text says what to do."""


class NotKept(NotFound):
    """A partnership walks a version that is neither in the files nor kept; the text names what there is."""


class Versions:
    """The programmes of this house, in one language."""

    def __init__(self, newest: Mapping[str, Programme], kept: Programmes, locale: str = "en") -> None:
        self._newest, self._kept, self._locale = newest, kept, locale
        self._older: dict[tuple[str, str], Programme] = {}

    def get(self, programme: str, version: str) -> Programme:
        """Return one version of a programme. Raises NotKept when it is neither in the files nor kept."""
        found = self._newest.get(programme)
        if found is None or found.version != version:
            found = self._older.get((programme, version)) or self._fetch(programme, version)
        return found

    def of(self, partnership: Partnership) -> Programme:
        """Return the version that a partnership walks. Raises NotKept."""
        return self.get(partnership.programme, partnership.version)

    def newest(self, programme: str) -> Programme:
        """Return a programme as its files are now. Raises NotFound."""
        if programme not in self._newest:
            raise NotFound(f"there is no programme {programme!r}; there is {', '.join(self._newest)}")
        return self._newest[programme]

    def ids(self) -> tuple[str, ...]:
        """The ids of all programmes that can be begun."""
        return tuple(self._newest)

    def all(self) -> tuple[Programme, ...]:
        """All programmes that can be begun, as their files are now."""
        return tuple(self._newest.values())

    def versions(self, programme: str) -> tuple[str, ...]:
        """The versions there are of a programme, the one in the files last."""
        now = {self._newest[programme].version} if programme in self._newest else set()
        return (*(v for v in self._kept.versions(programme) if v not in now), *now)

    def keep(self) -> None:
        """Keep every programme as its files are now. Raises Changed for what should have a new version."""
        for made in self._newest.values():
            files = programmes.texts(made.id, self._locale)
            kept = self._kept.keep_structure(made.id, made.version, files.structure)
            if not same_structure(kept, files.structure):
                raise Changed(
                    f"{files.structure_file}: this is no longer what began as version {made.version} of {made.id!r}. "
                    f"Raise its version: partnerships that run keep theirs, until you move them with "
                    f"`fairsteps partnership move`."
                )
            self._kept.keep_words(made.id, made.version, self._locale, files.words)

    def __getitem__(self, programme: str) -> Programme:
        """The newest version. Raises KeyError."""
        return self._newest[programme]

    def _fetch(self, programme: str, version: str) -> Programme:
        found = self._kept.get(programme, version, self._locale)
        if found is None:
            there = ", ".join(self.versions(programme)) or "none"
            raise NotKept(f"version {version} of the programme {programme!r} was never kept here; there is {there}")
        structure, words = found
        file = f"{programme} {version}"
        made = programmes.Texts(
            structure=structure, words=words, structure_file=f"{file}, structure", words_file=f"{file}, words"
        ).parse()
        self._older[programme, version] = made
        return made
