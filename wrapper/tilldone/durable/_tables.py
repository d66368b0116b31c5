"""The one table of ours in the database of waits, beside those of DBOS: the submissions.

Of DBOS's own it is asked which of them are carried.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    Integer,
    MetaData,
    Table,
    TableClause,
    Text,
    column,
    table,
    text,
)

__all__ = ["make_tables", "submissions_table", "workflows_table"]

# Of processes that open a new database at once, one makes the table.
_MAKING = 7_446_083_116


def submissions_table(schema: str | None) -> Table:
    """Give the table of submissions; see `StoredSubmission` for what stands in it."""
    return Table(
        "tilldone_submissions",
        MetaData(schema=schema),
        Column("key", Text, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("id", Text, unique=True, nullable=False),
        Column("provider", Text, nullable=False),
        Column("operation", Text, nullable=False),
        Column("request", Text, nullable=False),
        Column("run", Text),
        Column("standing", Text),
        Column("job", Text),
        Column("stem", Text),
        Column("error", Text),
        Column("cancelled", Boolean, nullable=False),
        Column("began", Float(53), nullable=False),
        Column("deadline", Float(53)),
        Column("ended", Float(53)),
    )


def workflows_table(schema: str | None) -> TableClause:
    """Give as much of DBOS's table of what it carries as is asked for here."""
    return table(
        "workflow_status", column("workflow_uuid", Text), column("status", Text), schema=schema
    )


def make_tables(engine: Engine, schema: str | None) -> None:
    """Make the table where there is none."""
    with engine.begin() as connection:
        if schema is not None:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING})
        submissions_table(schema).create(connection, checkfirst=True)
