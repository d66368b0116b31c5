"""HTTP: how to ask a provider, and how to read what comes back, within the time that there is."""
