"""`tilldone worker` that looks after the others many times a second."""

from tilldone.cli import main
from tilldone.durable import _worker

_worker._BEAT = 0.2

if __name__ == "__main__":
    main()
