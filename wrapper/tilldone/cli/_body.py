"""The body of a request, from a file or stdin: JSON, read so that a mistake in it is found."""

import json
import re
import sys
from pathlib import Path
from typing import NoReturn

from tilldone.cli._exit import Misuse

__all__ = ["Body"]


class Body:
    """The JSON in a file; `-` is stdin.

    Raises:
        Misuse: it cannot be read, or is not JSON; the text names file, line and column.
    """

    def __init__(self, file: str) -> None:
        self._name = "stdin" if file == "-" else file
        self._text = self._read(file)
        try:
            self.value: object = json.loads(self._text, parse_constant=self._no_number)
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            self.refuse(f"{where}: not JSON: {error.msg}")
        except RecursionError:
            self.refuse("not JSON: nested too deeply")
        except ValueError as error:
            self.refuse(f"not JSON: {error}")

    def refuse(self, what: str) -> NoReturn:
        """Say what is wrong with it.

        Raises:
            Misuse: always.
        """
        raise Misuse(f"{self._name}: {what}") from None

    def refuse_field(self, what: str) -> NoReturn:
        """Say what is wrong with a field, `input.file: ...`, and on which line that is.

        Raises:
            Misuse: always.
        """
        path, colon, _ = what.partition(": ")
        line = self._line_of(path.rpartition(".")[2].rstrip("_")) if colon else None
        self.refuse(what if line is None else f"line {line}: {what}")

    def _line_of(self, key: str) -> int | None:
        """Find a key's line, where the text has it once."""
        found = [*re.finditer(rf"{re.escape(json.dumps(key))}\s*:", self._text)]
        return self._text.count("\n", 0, found[0].start()) + 1 if len(found) == 1 else None

    def _read(self, file: str) -> str:
        try:
            told = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            return told.decode("utf-8-sig")
        except OSError as error:
            hint = "; a body is a file, or - for stdin" if file.lstrip().startswith("{") else ""
            self.refuse(f"{error.strerror}{hint}")
        except UnicodeDecodeError as error:
            self.refuse(f"not UTF-8 text: byte {error.start + 1} is {error.object[error.start]:#x}")

    def _no_number(self, word: str) -> NoReturn:
        self.refuse(f"not JSON: {word} is no number there")
