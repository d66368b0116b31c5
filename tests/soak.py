"""Whether the checks that are small by default run in their full size (TILLDONE_SOAK=1)."""

import os

SOAK = os.environ.get("TILLDONE_SOAK") == "1"
