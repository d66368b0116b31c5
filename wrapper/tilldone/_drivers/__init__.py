"""The drivers: they poll, sleep and hand on, sync, async and for many jobs; the core decides."""
