"""The commands all together, and how their ends become exit codes."""

import errno
import platform
import sys
import traceback

import click

from tilldone._core.text import harmless
from tilldone._version import __version__
from tilldone.cli._about import providers, simulate
from tilldone.cli._download import download
from tilldone.cli._exit import Exit, say
from tilldone.cli._many import wait_all
from tilldone.cli._one import check, wait
from tilldone.cli._output import code_of_stdout
from tilldone.cli._submit import run as run_job
from tilldone.cli._submit import submit
from tilldone.cli._worker import cancel, forget, waits, worker

__all__ = ["run"]

_STDOUT_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO})

_EPILOG = """\b
Examples:
  tilldone run edenai create body.json --timeout 10m
  tilldone submit edenai create body.json >> refs.txt
  tilldone wait edenai 550e8400-e29b-41d4-a716-446655440000 --timeout 10m
  tilldone wait zai 4712849164171107870 --agent-id vidu_template_agent --json
  tilldone check viddyscribe task_1
  tilldone download viddyscribe task_1 --link video_signed_url
  tilldone wait-all refs.txt --timeout 2h > results.jsonl

\b
Keys come from the environment; `tilldone providers` names the variables.

\b
Exit codes:
  0    done
  1    the job failed
  2    wrong usage, or a missing key
  3    timeout: the job has not finished yet; of submit, there is none
  4    rejected, not found, out of reach, or the result cannot be written
  5    in doubt: a request was sent, and may have made a job that costs money
  70   a bug in tilldone
  130  interrupted with Ctrl-C
  141  whoever read stdout has gone
  143  ended by SIGTERM
A job that goes on has its ref on stderr, which `wait` takes in the place of
an id.

\b
Completion, for bash (zsh and fish likewise):
  eval "$(_TILLDONE_COMPLETE=bash_source tilldone)"
"""


class _Commands(click.Group):
    """The commands; without one it is wrong usage."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help where nothing is asked for, and end with 2, as older clicks do not."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(Exit.USAGE)
        return super().parse_args(ctx, args)


@click.group(
    cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="tilldone")
def cli() -> None:
    """Make jobs, and wait for them, at APIs that answer "accepted, come back later"."""


for command in (submit, run_job, wait, wait_all, check, download):
    cli.add_command(command)
for command in (worker, waits, cancel, forget, providers, simulate):
    cli.add_command(command)


def run() -> int:
    """Carry out the command line, and give the exit code."""
    stdout = sys.stdout
    try:
        code = cli.main(standalone_mode=False)
    except click.Abort:
        say("interrupted")
        return Exit.INTERRUPTED
    except click.UsageError as error:
        error.show()
        return Exit.USAGE
    except click.ClickException as error:
        say(error.format_message())
        return max(error.exit_code, Exit.USAGE)
    except (OSError, SystemExit) as error:
        # click exits with 1, which would mean a failed job, where the reader of stdout has gone.
        code = code_of_stdout()
        if code is not None:
            return code
        if isinstance(error, SystemExit):
            # Of a stdout that nobody reads it makes one that is never flushed.
            if sys.stdout is not stdout:
                return Exit.NO_READER
            raise
        if error.errno in _STDOUT_FULL and error.filename is None:
            # Help, say, which click prints by itself.
            say(f"stdout: {error.strerror}")
            return Exit.UNSEEN
        if not isinstance(error, ConnectionError):
            return _bug(error)
        say(str(error))
        return Exit.UNSEEN
    except Exception as error:  # noqa: BLE001 # shown in full, with a code that no job has
        return _bug(error)
    return code if isinstance(code, int) else Exit.DONE


def _bug(error: Exception) -> int:
    click.echo(harmless("".join(traceback.format_exception(error))), err=True)
    say(
        "this is a bug in tilldone, not a mistake of yours; please report it with the lines above "
        f"(tilldone {__version__}, Python {platform.python_version()}, {platform.system()})"
    )
    return Exit.BUG
