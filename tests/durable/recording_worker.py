"""`tilldone worker` with segments of a single poll: each poll is recorded, each pause is DBOS's."""

from tilldone.cli import main
from tilldone.durable import _segment, _worker

_worker._BEAT = 0.2
_segment._SHORTEST = _segment._LONGEST = 0.0

if __name__ == "__main__":
    main()
