"""Everything that can go wrong, as one small tree.

::

    SchemawardError             a clear message, a remedy, an exit code
    ├── UsageError              exit 2: the command or its arguments are wrong
    ├── InputError              exit 2: a file cannot be read or understood (with its place)
    │   └── MissingFileError    there is no such file
    └── RegistryError           exit 3: the registry refused, failed, or could not be reached

Every other exception that reaches the command line is a bug of ours (exit 70).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from schemaward.model import Place


class SchemawardError(Exception):
    """A failure that a user can understand and mend.

    ``fact`` says what is so, ``remedy`` what to do, ``place`` where (if there is a file to point at).
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, fact: str, remedy: str = "", place: Place | None = None) -> None:
        super().__init__(fact)
        self.fact = fact
        self.remedy = remedy
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross processes as they are, without being made anew: each class takes arguments of its own."""
        return _as_it_was, (type(self), self.args, self.__dict__)


def _as_it_was(kind: type[SchemawardError], args: tuple[Any, ...], state: dict[str, Any]) -> SchemawardError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class UsageError(SchemawardError):
    """The command line, an option, or a Git ref is wrong."""


class InputError(SchemawardError):
    """A file or text cannot be read: syntax, encoding, size, or a path that leaves the repository."""


class MissingFileError(InputError):
    """There is no file at a path, or none that may be asked for."""


class RegistryError(SchemawardError):
    """The registry refused, answered nonsense, or could not be reached."""

    exit_code: ClassVar[int] = 3
