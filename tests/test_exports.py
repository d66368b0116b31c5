"""The names that users import: all that are promised, no others, each with a word on what it is."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

import tilldone
from tilldone import aio, edenai, vessl, zai
from tilldone._core.operations import path_parameters
from tilldone._core.registry import built_in_names

if TYPE_CHECKING:
    from collections.abc import Iterator

PROVIDERS = built_in_names()
# Those that are promised; what a provider that is new has, it declares.
OPERATIONS: dict[str, dict[str, list[str]]] = {
    "edenai": {"create": []},
    "vessl": {"create": []},
    "viddyscribe": {"generate_text": [], "generate_video": [], "generate_audio": []},
    "videodb": {"upload": ["collection_id"], "index_scenes": ["video_id"]},
    "zai": {"invoke": []},
}
ACCESSORS = {
    "edenai": {"output"},
    "vessl": {"output"},
    "viddyscribe": {"Links", "Segment", "links", "segments"},
    "videodb": {"data"},
    "zai": {"videos"},
}
MODULES = ["tilldone", "tilldone.aio", "tilldone.testing", "tilldone.simulator"]
MODULES += ["tilldone.simulator.steps", *(f"tilldone.{name}" for name in PROVIDERS)]

IMPORTS = [
    "from tilldone import wait, watch, check, as_completed, wait_all",
    "from tilldone import aio; aio.wait, aio.watch, aio.check, aio.as_completed, aio.wait_all",
    "import tilldone.aio; tilldone.aio.wait",
    "from tilldone.aio import wait",
    "from tilldone import Job, Phase, Snapshot, Outcome, Polling, History",
    "from tilldone import submit, submit_all, run, resume; from tilldone.aio import run as _",
    "from tilldone import JobRequest, Submitted, SubmitError, SubmitRejected, SubmitUncertain",
    "from tilldone import WaitError, JobFailed, JobTimeout, JobNotFound",
    "from tilldone import PollRejected, PollUnavailable, UnreadableResponse",
    "from tilldone import Provider, Failure, Listing, Origin",
    "from tilldone import videodb, vessl, viddyscribe, edenai, zai",
    "from tilldone import wait, edenai; wait, edenai.connect, edenai.job, edenai.resume",
    "import tilldone.zai; tilldone.zai.PHASES, tilldone.wait",
    "import tilldone; tilldone.__version__",
    "from tilldone import UNSET, Unset; assert isinstance(UNSET, Unset)",
    "from tilldone_clients.edenai.models import UniversalAIAsyncResponse",
    "from tilldone_clients.vessl.models import AsyncRequestOutput",
    "from tilldone_clients.viddyscribe.models import JobResults",
    "from tilldone_clients.videodb.models import AsyncResponse",
    "from tilldone_clients.zai.models import CommonAgentResultResponse",
    "from tilldone_clients.edenai import AuthenticatedClient",
    "from tilldone.simulator import Simulator",
    "from tilldone.simulator.steps import done, failed, running, status",
    "from tilldone.testing import ManualClock, done, running, status",
]

# Refuses to import what only the extras bring, as if it were not installed.
WITHOUT_EXTRAS = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"aiohttp", "click", "dbos", "rich", "starlette", "uvicorn"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
"""


def python(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("statement", IMPORTS)
def test_a_promised_import(statement: str) -> None:
    ran = python(statement)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_package_offers_what_it_lists_and_nothing_else() -> None:
    offered = {
        name
        for name, value in vars(tilldone).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    } - {"TYPE_CHECKING"}
    # What is only loaded when it is asked for.
    late = {"UNSET", "Unset"}
    assert offered | late | {"__version__"} == set(tilldone.__all__)
    assert not hasattr(tilldone, "Unsett")


@pytest.mark.parametrize("name", MODULES)
def test_a_module_lists_what_it_defines(name: str) -> None:
    module = importlib.import_module(name)
    own = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_")
        and (inspect.isclass(value) or inspect.isroutine(value))
        and value.__module__ == name
    }
    assert own <= set(module.__all__)
    assert [key for key in module.__all__ if not hasattr(module, key)] == []
    assert len(set(module.__all__)) == len(module.__all__)


def test_sync_and_async_have_the_same_names() -> None:
    functions = {name for name in tilldone.__all__ if inspect.isfunction(getattr(tilldone, name))}
    assert functions == set(aio.__all__)
    for name in functions:
        assert parameters(getattr(tilldone, name)) == parameters(getattr(aio, name))


@pytest.mark.parametrize("name", PROVIDERS)
def test_providers_have_the_same_face(name: str) -> None:
    module = importlib.import_module(f"tilldone.{name}")
    provider = module.PROVIDER
    # A provider without one has an address for each user, as VESSL's services do.
    addressed = set() if provider.url_variable else {"DEFAULT_BASE_URL"}
    promised = OPERATIONS.get(name, {})
    operations = {
        each.__name__: promised.get(each.__name__, list(path_parameters(each)))
        for each in provider.operations
    }
    assert promised.keys() <= operations.keys()
    assert set(module.__all__) == {
        *("PHASES", "PROVIDER", "Client", "Result", "connect", "job", "resume"),
        *addressed,
        *operations,
        *ACCESSORS.get(name, ()),
    }
    assert all(getattr(module, each.__name__) is each for each in provider.operations)
    for operation, path in operations.items():
        kinds = parameters(getattr(module, operation))
        assert list(kinds) == ["client", "body", *path]
        assert all(kinds[each] is inspect.Parameter.KEYWORD_ONLY for each in path)
    assert set(parameters(module.job)) == {"client", "id", *provider.extras}
    assert list(parameters(module.resume)) == ["client", "ref"]
    assert list(parameters(module.connect)) == [
        *("token", "base_url", "timeout", "allow_http", "headers", "httpx_args")
    ]


def test_the_five_have_what_is_promised_of_each() -> None:
    assert set(OPERATIONS) <= set(PROVIDERS)
    assert edenai.DEFAULT_BASE_URL == "https://api.edenai.run"
    assert (vessl.PROVIDER.url_variable, zai.PROVIDER.extras) == ("VESSL_BASE_URL", ("agent_id",))


def parameters(function: object) -> dict[str, object]:
    """Give names and kinds; annotations differ where a callback may be async."""
    assert callable(function)
    return {name: each.kind for name, each in inspect.signature(function).parameters.items()}


def public_things() -> Iterator[tuple[str, object]]:
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        yield module_name, module
        for name in module.__all__:
            value = getattr(module, name)
            if not (inspect.isclass(value) or inspect.isroutine(value)):
                continue
            yield f"{module_name}.{name}", value
            # What a generated class offers is the generator's.
            own = inspect.isclass(value) and value.__module__.startswith("tilldone.")
            for key, member in vars(value).items() if own else ():
                if not key.startswith("_") and (callable(member) or isinstance(member, property)):
                    yield f"{module_name}.{name}.{key}", member


def test_every_public_name_says_what_it_is() -> None:
    things = dict(public_things())
    assert len(things) > 100
    assert [name for name, thing in things.items() if not (thing.__doc__ or "").strip()] == []


def test_the_core_does_without_the_extras() -> None:
    core = [name for name in MODULES if "simulator" not in name]
    ran = python(f"{WITHOUT_EXTRAS}\nimport {', '.join(core)}")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_simulator_says_which_extra_it_needs() -> None:
    ran = python(f"{WITHOUT_EXTRAS}\nimport tilldone.simulator")
    assert "pip install 'tilldone[simulator]'" in ran.stderr.splitlines()[-1]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_generated_client_is_imported_only_with_its_provider(provider: str) -> None:
    shown = "print(*sorted({m.split('.')[1] for m in sys.modules if m.count('.') == 1 "
    shown += "and m.startswith('tilldone_clients.')}))"
    before = python(f"import sys, tilldone, tilldone.aio, tilldone.testing; {shown}")
    after = python(f"import sys, tilldone.{provider}; {shown}")
    shared = ["late", "unset"]
    assert (before.stdout, after.stdout.split()) == ("\n", sorted([*shared, provider]))
