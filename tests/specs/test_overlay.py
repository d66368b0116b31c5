"""The Overlay specification 1.1, rule by rule, and every way to get an overlay wrong."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from pipeline import overlay
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.documents import Document

DOCUMENT: Document = {
    "info": {"title": "Jobs", "tags": ["a", "b"], "contact": {"name": "x"}},
    "items": [{"n": 1}, {"n": 2}, {"n": 3}, {"n": 2}],
    "matrix": [[1, 2], [3, 4]],
}


def write(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "specs" / "jobs.overlay.yaml"
    path.parent.mkdir(exist_ok=True)
    YAML(typ="safe", pure=True).dump(content, path)
    return path


def header(*actions: object, **fields: object) -> dict[str, object]:
    info = {"title": "Jobs", "version": "1"}
    return {"overlay": "1.1.0", "info": info, "actions": list(actions), **fields}


def apply(tmp_path: Path, *actions: object) -> Document:
    path = write(tmp_path, header(*actions))
    before = copy.deepcopy(DOCUMENT)
    after = overlay.apply(overlay.read(path, spec=tmp_path / "specs" / "jobs.yaml"), DOCUMENT)
    assert before == DOCUMENT, "the document itself was changed"
    return after


@pytest.mark.parametrize(
    ("action", "target", "expected"),
    [
        pytest.param(
            {"target": "$.info", "update": {"title": "New", "license": "MIT"}},
            "info",
            {"title": "New", "tags": ["a", "b"], "contact": {"name": "x"}, "license": "MIT"},
            id="objects merge, primitives replace, new names are inserted",
        ),
        pytest.param(
            {"target": "$", "update": {"info": {"tags": ["c"], "contact": {"mail": "y"}}}},
            "info",
            {"title": "Jobs", "tags": ["a", "b", "c"], "contact": {"name": "x", "mail": "y"}},
            id="merging goes all the way down, arrays concatenate",
        ),
        pytest.param(
            {"target": "$.info.tags", "update": ["c", "d"]},
            "info",
            {"title": "Jobs", "tags": ["a", "b", "c", "d"], "contact": {"name": "x"}},
            id="an array target takes an array's items",
        ),
        pytest.param(
            {"target": "$.matrix[*]", "update": 9},
            "matrix",
            [[1, 2, 9], [3, 4, 9]],
            id="an array target takes one primitive",
        ),
        pytest.param(
            {"target": "$.items", "update": {"n": 4}},
            "items",
            [{"n": 1}, {"n": 2}, {"n": 3}, {"n": 2}, {"n": 4}],
            id="an array target takes one object",
        ),
        pytest.param(
            {"target": "$.items[?@.n == 2]", "update": {"two": True}},
            "items",
            [{"n": 1}, {"n": 2, "two": True}, {"n": 3}, {"n": 2, "two": True}],
            id="every selected object is updated",
        ),
        pytest.param(
            {"target": "$.info.title", "update": None},
            "info",
            {"title": None, "tags": ["a", "b"], "contact": {"name": "x"}},
            id="a primitive target is replaced, by null too",
        ),
        pytest.param(
            {"target": "$.matrix[0][*]", "update": 0},
            "matrix",
            [[0, 0], [3, 4]],
            id="primitives in an array are replaced",
        ),
        pytest.param(
            {"target": "$.items[?@.n == 2]", "remove": True},
            "items",
            [{"n": 1}, {"n": 3}],
            id="removing several items of one array",
        ),
        pytest.param(
            {"target": "$.matrix[0, 1]['', 0, 1, 0]", "remove": True},
            "matrix",
            [[], []],
            id="removing what is selected twice",
        ),
        pytest.param(
            {"target": "$.matrix..*", "remove": True},
            "matrix",
            [],
            id="removing arrays together with what they hold",
        ),
        pytest.param(
            {"target": "$.info['title', 'contact']", "remove": True},
            "info",
            {"tags": ["a", "b"]},
            id="removing members of an object",
        ),
        pytest.param(
            {"target": "$.items[0]", "copy": "$.info.contact"},
            "items",
            [{"n": 1, "name": "x"}, {"n": 2}, {"n": 3}, {"n": 2}],
            id="copying an object merges it",
        ),
        pytest.param(
            {"target": "$.matrix[*]", "copy": "$.matrix[0]"},
            "matrix",
            [[1, 2, 1, 2], [3, 4, 1, 2]],
            id="copying an array onto itself and another",
        ),
        pytest.param(
            {"target": "$.info.title", "copy": "$.info.contact.name", "remove": False},
            "info",
            {"title": "x", "tags": ["a", "b"], "contact": {"name": "x"}},
            id="copying a primitive",
        ),
    ],
)
def test_an_action_does_what_the_specification_says(
    tmp_path: Path, action: object, target: str, expected: object
) -> None:
    assert apply(tmp_path, action) == {**DOCUMENT, target: expected}


def test_actions_see_what_those_before_them_did(tmp_path: Path) -> None:
    after = apply(
        tmp_path,
        {"target": "$.info.tags", "remove": True},
        {"target": "$.info", "update": {"tags": ["only"]}},
        {"target": "$.items[0]", "copy": "$.info"},
        {"target": "$.info.tags", "update": "more"},
    )
    assert after["info"] == {"title": "Jobs", "tags": ["only", "more"], "contact": {"name": "x"}}
    items = after["items"]
    assert isinstance(items, list)
    # A copy is a copy: it has no part in what becomes of its source.
    assert items[0] == {"n": 1, "title": "Jobs", "tags": ["only"], "contact": {"name": "x"}}


def test_one_update_for_several_targets_is_not_shared_between_them(tmp_path: Path) -> None:
    after = apply(
        tmp_path,
        {"target": "$.items[0, 1]", "update": {"list": []}},
        {"target": "$.items[0].list", "update": [1]},
    )
    assert after["items"] == [{"n": 1, "list": [1]}, {"n": 2, "list": []}, {"n": 3}, {"n": 2}]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"target": "$.nothing", "update": {}}, "($.nothing): the target selects nothing"),
        ({"target": "$.nothing", "remove": True}, "($.nothing): the target selects nothing"),
        ({"target": "$.info[", "remove": True}, "($.info[): '$.info[': "),
        ({"target": "info", "remove": True}, "(info): 'info': "),
        ({"target": "$", "remove": True}, "($): the document itself can't be removed"),
        ({"target": "$.info", "update": 1}, "$['info'] is an object and can't take a primitive"),
        ({"target": "$.info", "update": [1]}, "$['info'] is an object and can't take an array"),
        (
            {"target": "$.info.title", "update": {}},
            "$['info']['title'] is a primitive value and can't take an object",
        ),
        (
            {"target": "$.info.title", "update": []},
            "$['info']['title'] is a primitive value and can't take an array",
        ),
        (
            {"target": "$", "update": {"info": {"tags": "c"}}},
            "$['info']['tags'] is an array and can't take a primitive value",
        ),
        (
            {"target": "$", "update": {"info": {"title": ["c"]}}},
            "$['info']['title'] is a primitive value and can't take an array",
        ),
        (
            {"target": "$", "update": {"info": {"contact": None}}},
            "$['info']['contact'] is an object and can't take a primitive value",
        ),
        ({"target": "$.info.*", "update": 1}, "the target selects nodes of different kinds"),
        ({"target": "$.info", "copy": "$.nothing"}, "$.nothing selects 0"),
        ({"target": "$.info", "copy": "$.items[*]"}, "$.items[*] selects 4"),
        ({"target": "$.info", "copy": "$.items"}, "$['info'] is an object and can't take an array"),
        ({"target": "$.info", "copy": "items"}, "($.info): 'items': "),
        ({"target": "$.info"}, "needs one of update, copy and remove: true; has none of them"),
        ({"target": "$.info", "remove": False}, "has none of them"),
        ({"target": "$.info", "update": {}, "remove": True}, "has update and remove"),
        ({"target": "$.info", "update": {}, "copy": "$"}, "has update and copy"),
    ],
)
def test_a_wrong_action_is_named_by_file_number_and_target(
    tmp_path: Path, action: dict[str, object], message: str
) -> None:
    with pytest.raises(PipelineError) as caught:
        apply(tmp_path, {"target": "$.items", "update": []}, action)
    prefix = f"specs/jobs.overlay.yaml, action 2 ({action['target']}): "
    assert str(caught.value).startswith(prefix)
    assert message in str(caught.value)


ACTION = {"target": "$.info", "update": {}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, ", $: 'overlay' is a required property"),
        ([], ": the document is not a mapping"),
        (header(ACTION, overlay="1.0.0"), ", $['overlay']: '1.0.0' does not match"),
        (header(ACTION, overlay=1.1), ", $['overlay']: 1.1 is not of type 'string'"),
        (header(ACTION, info={"title": "Jobs"}), ", $['info']: 'version' is a required property"),
        (header(ACTION, info={"title": 1, "version": "1"}), ", $['info']['title']: 1 is not"),
        (header(ACTION, action=[]), ", $: 'action' does not match any of the regexes: '^x-'"),
        (header(), ", $['actions']: [] should be non-empty"),
        (header(actions={}), ", $['actions']: {} is not of type 'array'"),
        (header({"update": {}}), ", $['actions'][0]: 'target' is a required property"),
        (header({"target": 1, "update": {}}), ", $['actions'][0]['target']: 1 is not"),
        (header({**ACTION, "updates": {}}), ", $['actions'][0]: 'updates' does not match any"),
        (header({**ACTION, "remove": "yes"}), ", $['actions'][0]['remove']: 'yes' is not"),
        (header({**ACTION, "description": 1}), ", $['actions'][0]['description']: 1 is not"),
        (header({"target": "$", "copy": 1}), ", $['actions'][0]['copy']: 1 is not"),
        (header(ACTION, extends=1), ", $['extends']: 1 is not of type 'string'"),
        (header(ACTION, extends="other.yaml"), ", $['extends']: 'other.yaml' is not jobs.yaml"),
        (header(ACTION, extends="../jobs.yaml"), ", $['extends']: '../jobs.yaml' is not jobs.yaml"),
        (header(ACTION, extends="https://x.test/jobs.yaml"), ", $['extends']: 'https://x.test/"),
    ],
)
def test_a_wrong_overlay_is_refused_with_its_place(
    tmp_path: Path, content: object, message: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(PipelineError) as caught:
        overlay.read(path, spec=tmp_path / "specs" / "jobs.yaml")
    assert str(caught.value).startswith(f"specs/jobs.overlay.yaml{message}")


@pytest.mark.parametrize(
    "extends", ["jobs.yaml", "./jobs.yaml", "../specs/jobs.yaml", "j%6Fbs.yaml"]
)
def test_an_overlay_may_name_its_spec(tmp_path: Path, extends: str) -> None:
    path = write(tmp_path, header(ACTION, extends=extends))
    overlay.read(path, spec=tmp_path / "specs" / "jobs.yaml")


def test_extensions_are_let_through(tmp_path: Path) -> None:
    info = {"title": "Jobs", "version": "1", "x-author": "us"}
    content = header({**ACTION, "x-ticket": 7}, info=info, **{"x-made": "by hand"})
    read = overlay.read(write(tmp_path, content), spec=tmp_path / "specs" / "jobs.yaml")
    assert [action.kind for action in read.actions] == ["update"]
