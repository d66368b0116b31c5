"""The parts of scripts/demo.py: what is submitted, how it is followed, how its end is shown."""
