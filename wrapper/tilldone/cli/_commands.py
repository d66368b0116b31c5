"""The commands all together, and how their ends become exit codes."""

import traceback

import click

from tilldone._version import __version__
from tilldone.cli._about import providers, simulate
from tilldone.cli._durable import forget, worker
from tilldone.cli._exit import Exit, say
from tilldone.cli._many import wait_all
from tilldone.cli._one import check, wait

__all__ = ["run"]

_EPILOG = """\b
Examples:
  tilldone wait edenai 550e8400-e29b-41d4-a716-446655440000 --timeout 10m
  tilldone wait zai 4712849164171107870 --agent-id vidu_template_agent --json
  tilldone check viddyscribe task_abc123xyz
  tilldone wait-all jobs.txt --timeout 2h > results.jsonl

\b
Keys come from the environment; `tilldone providers` names the variables.

\b
Exit codes:
  0    done
  1    the job failed
  2    usage, or a missing key
  3    timeout: not finished yet
  4    rejected, not found or out of reach
  130  interrupted
Where a job can be gone on with, its ref is on stderr; a ref can stand in the
place of an id.

\b
Completion, for bash (zsh and fish likewise):
  eval "$(_TILLDONE_COMPLETE=bash_source tilldone)"
"""


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tilldone")
def cli() -> None:
    """Wait for jobs at APIs that answer "accepted, come back later"."""


for command in (wait, check, wait_all, worker, forget, providers, simulate):
    cli.add_command(command)


def run() -> int:
    """Carry out the command line, and give the exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.Abort:
        return Exit.INTERRUPTED
    except click.UsageError as error:
        error.show()
        return Exit.USAGE
    except click.ClickException as error:
        say(error.format_message())
        return max(error.exit_code, Exit.USAGE)
    except ValueError as error:
        say(str(error))
        return Exit.USAGE
    except ConnectionError as error:
        say(str(error))
        return Exit.UNSEEN
    except Exception:  # noqa: BLE001 # shown in full; Python's own exit code would say "job failed"
        traceback.print_exc()
        return Exit.BUG
    return code if isinstance(code, int) else Exit.DONE
