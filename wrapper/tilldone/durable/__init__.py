"""Waits that outlive the process, and the machine; kept by DBOS in SQLite or in Postgres.

    from tilldone import durable, edenai

    job = edenai.job(edenai.connect(), "550e8400-e29b-41d4-a716-446655440000")
    handle = durable.start(job, timeout=6 * 3600)
    done = handle.result()                     # the same typed result as wait's

Run it again after a crash: the wait goes on where it was, to the deadline of the first call. Two
callers who wait for the same job share one wait. What is stored is the job's ref, a checkpoint of
the wait, its deadline and the answers; never a key: the process that polls makes its clients from
its own environment. `tilldone worker` is such a process and nothing else; many of them share the
work of one Postgres, and where one dies, the others take its waits over.

A wait ends in the time that its first `start` gave it: `start` gives a wait that ended by its
deadline back as it ended, and `start(..., again=True)` begins anew. A worker whose clock is set
meanwhile goes on as before; one that starts on a machine whose clock was set back goes on from what
was recorded; and where it was set forward, that time counts as passed, as if the machine had been
off.

A process runs one DBOS. Where the application has its own, leave the polling to `tilldone worker`
and call `durable.configure(work=False)`. What DBOS logs of our waits is under the logger
`tilldone.dbos`, at DEBUG. A forked child has none of its parent's waits in hand, and may use
`durable` itself.

A database holds the jobs of one account at each provider: a ref names neither host nor account.

Needs the extra `durable`.
"""

try:
    from tilldone.durable._handle import Handle, NotYet
    from tilldone.durable._listing import Ended, Waiting, ended, forget, waiting
    from tilldone.durable._session import close, configure, work
    from tilldone.durable._stored import WaitCancelled
    from tilldone.durable._stored_submission import SubmitCancelled
    from tilldone.durable._submit import submit, submit_async
    from tilldone.durable._waits import attach, cancel, start, start_async
except ModuleNotFoundError as _missing:
    # SQLAlchemy and psycopg come with it.
    if _missing.name not in {"dbos", "sqlalchemy", "psycopg"}:
        raise
    raise ModuleNotFoundError(
        "tilldone.durable needs dbos: pip install 'tilldone[durable]'", name="dbos"
    ) from _missing

__all__ = [
    "Ended",
    "Handle",
    "NotYet",
    "SubmitCancelled",
    "WaitCancelled",
    "Waiting",
    "attach",
    "cancel",
    "close",
    "configure",
    "ended",
    "forget",
    "start",
    "start_async",
    "submit",
    "submit_async",
    "waiting",
    "work",
]
