"""Data flows down: what lies deeper in the wrapper knows nothing of what lies above it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import httpcore
import httpx
import pytest

from pipeline.project import Project

PROJECT = Project(Path(__file__).resolve().parent.parent)
WRAPPER = PROJECT.root / "wrapper" / "tilldone"

# From the bottom up; the providers' declarations stand on `_http` and below.
LAYERS = ("_core", "_http", "_drivers", "_download")


def imports(module: Path, *, run: bool = False) -> Iterator[str]:
    """Name every module that a module imports, wherever it does so; `run` leaves out mere types.

    What is imported from a package may be one of its modules, and is named, too.
    """
    tree = ast.parse(module.read_text(encoding="utf-8"))
    types = [node for node in tree.body if ast.unparse(node).startswith("if TYPE_CHECKING:")]
    left_out = {inner for node in types for inner in ast.walk(node)} if run else set()
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: absolute imports show where they lead"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rooms(modules: list[Path]) -> set[str]:
    """Name the rooms of the wrapper that some modules import from."""
    found = [name.split(".") for module in modules for name in imports(module)]
    return {parts[1] for parts in found if parts[0] == "tilldone" and len(parts) > 1}


def test_no_modules_import_each_other_in_a_circle_not_even_for_types() -> None:
    named = {
        ".".join(path.relative_to(WRAPPER.parent).with_suffix("").parts): path
        for path in WRAPPER.rglob("*.py")
    }
    # A package is imported with whatever is in it; its own imports are its users' convenience.
    inside = {name: path for name, path in named.items() if path.name != "__init__.py"}
    graph = {name: {*imports(path)} & inside.keys() for name, path in inside.items()}
    assert sum(map(len, graph.values())) > 300
    assert [*TopologicalSorter(graph).static_order()]


@pytest.mark.parametrize("depth", range(len(LAYERS)), ids=LAYERS)
def test_a_layer_stands_on_those_below(depth: int) -> None:
    modules = [*(WRAPPER / LAYERS[depth]).glob("*.py")]
    assert modules
    assert rooms(modules) <= {*LAYERS[: depth + 1], "_log", "_version"}


@pytest.mark.parametrize("provider", PROJECT.sources)
def test_a_provider_is_a_declaration(provider: str) -> None:
    module = WRAPPER / f"{provider}.py"
    assert rooms([module]) == {"_core", "_http"}
    loops = (ast.For, ast.While, ast.AsyncFor, ast.Await)
    assert not [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, loops)]


def test_the_core_does_no_io_and_knows_no_clock() -> None:
    modules = [*(WRAPPER / "_core").glob("*.py")]
    outside = {name.partition(".")[0] for module in modules for name in imports(module, run=True)}
    assert not outside & {"anyio", "asyncio", "httpx", "os", "pathlib", "socket", "time", "trio"}


def private_names_of_others() -> set[str]:
    """Name all that is private in httpx, in httpcore and in the generated clients."""
    sources = [
        *(Path(package.__path__[0]) for package in (httpx, httpcore)),
        PROJECT.root / "generated",
    ]
    texts = [path.read_text(encoding="utf-8") for root in sources for path in root.rglob("*.py")]
    return {name for text in texts for name in re.findall(r"\b_[a-z]\w*", text)}


def reaches(module: Path) -> Iterator[str]:
    """Name the private parts that a module reaches for in what is not its own."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(attr=name) if name.startswith("_"):
                yield name
            case ast.Call(func=ast.Name(id="getattr" | "setattr" | "hasattr"), args=[_, key, *_]):
                yield from (str(key.value),) if isinstance(key, ast.Constant) else ()
            case ast.ImportFrom(module=str(name)) if "._" in name and not name.startswith(
                "tilldone"
            ):
                yield f"_{name.partition('._')[2]}"


def test_one_module_uses_the_private_parts_of_httpx_and_of_generated_clients() -> None:
    private = private_names_of_others() | {"_backends.sync"}
    found = {
        (str(module.relative_to(WRAPPER)), name)
        for module in WRAPPER.rglob("*.py")
        for name in reaches(module)
        if name in private
    }
    home = str(Path("_http", "private.py"))
    assert {name for module, name in found if module == home} >= {"_pool", "_network_backend"}
    # The builders of the generated operations, until they have a public name.
    builders = {(f"{provider}.py", "_get_kwargs") for provider in PROJECT.sources}
    assert {(module, name) for module, name in found if module != home} <= builders


def test_the_connections_are_imported_with_the_first_poll() -> None:
    asked = (
        "import sys, tilldone, tilldone.aio; print(sys.modules.keys() & {'httpcore', 'aiohttp'})"
    )
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert told.stdout == "set()\n"
