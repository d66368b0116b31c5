"""The drivers: they look, sleep and hand on, sync, async and for many jobs; the core decides."""
