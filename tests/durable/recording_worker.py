"""`tilldone worker` with legs of a single poll: each poll is recorded, each pause is DBOS's."""

from tilldone.cli import main
from tilldone.durable import _leg

_leg._SHORTEST = _leg._LONGEST = 0.0

if __name__ == "__main__":
    main()
