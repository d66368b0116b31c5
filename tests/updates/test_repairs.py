"""What vendors write otherwise than OpenAPI or the generator takes it is repaired, with a reason.

Each trait stands in a small spec of its own, as real specs have it, and goes through the generator.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pipeline import clients, documents, overlay
from pipeline.class_names import classes_of, name_in_file
from pipeline.draft.overlay import draft_overlay
from pipeline.errors import PipelineError
from pipeline.generator import GenerateRequest, generate
from pipeline.project import Project
from pipeline.validation import validate

from .conftest import ROOT
from .specimen import JOB, Spec, job_of, poll_of, specimen

if TYPE_CHECKING:
    from pathlib import Path

TEXT = {"type": "string"}
COUNT = {"type": "integer"}


def ref(name: str) -> Spec:
    return {"$ref": f"#/components/schemas/{name}"}


def model(*required: str, **properties: Spec) -> Spec:
    return {"type": "object", "properties": properties, "required": [*required]}


@dataclass(frozen=True, kw_only=True)
class Trait:
    """A way to write a spec: components, what the answer's `made` is, and what it becomes."""

    id: str
    made: Spec
    schemas: Spec = field(default_factory=dict)
    release: str = "3.1.0"
    annotation: str
    """Of `made` in the generated class, without None and Unset."""
    inside: tuple[str, str] | None = None
    """A field of the class that `made` is of, and its annotation."""
    reason: str

    def document(self) -> Spec:
        spec = specimen()
        spec["openapi"] = self.release
        if self.release.startswith("3.0"):
            job_of(spec)["properties"]["kind"] = TEXT
        job_of(spec)["properties"]["made"] = self.made
        spec["components"]["schemas"] |= self.schemas
        return spec


TRAITS = [
    Trait(
        id="a definition inside of a component",
        made=ref("Film/$defs/Frame"),
        schemas={
            "Film": model(last=ref("Film/$defs/Frame"))
            | {"$defs": {"Frame": model("number", number=COUNT, next=ref("Film/$defs/Frame"))}}
        },
        annotation="Frame",
        inside=("next_", "Frame"),
        reason="The generator finds only what is a component.",
    ),
    Trait(
        id="a definition that only its own schema knows",
        made=ref("Film"),
        schemas={
            "Film": model("last", last={"$ref": "#/$defs/Frame"})
            | {"$defs": {"Frame": model("number", number=COUNT)}}
        },
        annotation="Film",
        inside=("last", "Frame"),
        reason="The generator finds only what is a component.",
    ),
    Trait(
        id="a definition inside of another",
        made=ref("Film"),
        schemas={
            "Film": model(cut={"$ref": "#/$defs/Cut"})
            | {
                "$defs": {
                    "Cut": model(lens=ref("Film/$defs/Frame/$defs/Lens"))
                    | {"$defs": {"First": {"$ref": "#/$defs/Frame"}}},
                    "Frame": model(number=COUNT)
                    | {"$defs": {"Lens": model(cut=ref("Film/$defs/Cut"))}},
                }
            }
        },
        annotation="Film",
        inside=("cut", "Cut"),
        reason="The generator finds only what is a component.",
    ),
    Trait(
        id="a branch that is referred to by its number",
        made={"type": "array", "items": ref("Choice/oneOf/1")},
        schemas={"Choice": {"oneOf": [COUNT, model(again=ref("Choice/oneOf/1"))]}},
        annotation="list[Choice1]",
        reason="The generator finds only what is a component.",
    ),
    Trait(
        id="an excluded bound as 3.0 has it",
        made={"type": "number", "minimum": 0, "exclusiveMinimum": True},
        annotation="float",
        reason="exclusiveMinimum as this release",
    ),
    Trait(
        id="an excluded bound as 3.1 has it",
        release="3.0.3",
        made={"type": "number", "exclusiveMaximum": 5},
        annotation="float",
        reason="exclusiveMaximum as this release",
    ),
    Trait(
        id="recursion as JSON Schema of 2019 has it",
        made=ref("Filter"),
        schemas={
            "Filter": {
                "$recursiveAnchor": True,
                **model(filters={"type": "array", "items": {"$recursiveRef": "#"}}),
            }
        },
        annotation="Filter",
        inside=("filters", "list[Filter]"),
        reason="Refers to the schema that it is inside of",
    ),
    Trait(
        id="a union of conditions",
        made=ref("Image"),
        schemas={
            "Image": model(url=TEXT, file_id=TEXT)
            | {"anyOf": [{"required": ["url"]}, {"required": ["file_id"]}]}
        },
        annotation="Image",
        inside=("file_id", "str"),
        reason="Says which fields go together",
    ),
    Trait(
        id="an allOf that adds no more than null",
        made={"allOf": [ref("Choice"), {"nullable": True}]},
        schemas={"Choice": {"oneOf": [{"type": "integer"}, model("name", name=TEXT)]}},
        annotation="ChoiceType1 | int",
        reason="What belongs to the whole",
    ),
    Trait(
        id="fields beside a lone reference",
        made=ref("Film"),
        schemas={
            "Work": model("id", id=TEXT),
            "Film": {"allOf": [ref("Work")], **model("length", length=COUNT)},
        },
        annotation="Film",
        inside=("length", "int"),
        reason="The fields beside it",
    ),
    Trait(
        id="fields beside a union",
        made=ref("Event"),
        schemas={
            "Sound": model("volume", volume=COUNT),
            "Light": model("colour", colour=TEXT),
            "Event": model("at", at=TEXT) | {"oneOf": [ref("Sound"), ref("Light")]},
        },
        annotation="EventLight | EventSound",
        reason="Each branch, with all that is added to it.",
    ),
    Trait(
        id="an allOf over a union",
        made={"allOf": [{"anyOf": [ref("Sound"), ref("Light")]}, model("at", at=TEXT)]},
        schemas={
            "Sound": model("volume", volume=COUNT),
            "Light": model("colour", colour=TEXT),
        },
        annotation="JobMadeType0 | JobMadeType1",
        reason="Each branch, with all that is added to it.",
    ),
    Trait(
        id="an allOf over a union of texts and an object",
        made={"allOf": [{"anyOf": [TEXT, COUNT]}, model("at", at=TEXT)]},
        annotation="Any",
        reason="Combines what is no object",
    ),
    Trait(
        id="an allOf of what is no object",
        made={"allOf": [ref("Word"), {"type": "string", "enum": ["a", "b"]}]},
        schemas={"Word": {"type": "string", "maxLength": 1}},
        annotation="JobMade",
        reason="All that it is combined from, in one.",
    ),
    Trait(
        id="a field that is defined again",
        made={"allOf": [ref("Base"), model(size=COUNT, state={"type": "string", "enum": ["c"]})]},
        schemas={
            "Base": model(
                "size",
                size={"anyOf": [COUNT, {"type": "null"}]},
                state={"type": "string", "enum": ["a", "b"]},
                name=TEXT,
            )
        },
        annotation="JobMade",
        inside=("size", "int"),
        reason="Of a field that is defined again, the last holds.",
    ),
    Trait(
        id="an enum of several kinds",
        made={"enum": ["a", 1]},
        annotation="Any",
        reason="Lists values of several kinds",
    ),
    Trait(
        id="an enum whose values are called alike",
        made={"type": "string", "enum": ["a-b", "a_b"]},
        annotation="JobMade",
        reason="Two of its values",
    ),
    Trait(
        id="a class called like another component",
        made=ref("StaticParam"),
        schemas={
            "Static": model("size", size=COUNT),
            "StaticParam": {"title": "Static", **model("static", static=ref("Static"))},
        },
        annotation="StaticParam",
        inside=("static", "Static"),
        reason="A name of its own",
    ),
    Trait(
        id="a field whose class is called like a component",
        made=model("id", id=TEXT),
        schemas={
            "JobMade": model("other", other=TEXT),
            "Holder": model(made=ref("JobMade")),
            "Job2": ref("Holder"),
        },
        annotation="JobMade2",
        inside=("id", "str"),
        reason="A name of its own",
    ),
]


def drafted(document: Spec) -> str:
    text, reasons = draft_overlay("jobs", document, JOB, status="status")
    assert all(reason in text for reason in reasons)
    return text


def repaired(document: Spec, directory: Path) -> Spec:
    """Apply the overlay that is drafted for a document, as it is applied from its file."""
    directory.mkdir(parents=True)
    spec, changes = directory / "jobs.yaml", directory / "jobs.overlay.yaml"
    spec.write_text(json.dumps(document), encoding="utf-8")
    changes.write_text(drafted(document), encoding="utf-8")
    return overlay.apply(overlay.read(changes, spec=spec), documents.load(spec))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client for each trait, all written by one process; one that fails is not there."""
    root = tmp_path_factory.mktemp("traits")
    config = root / "config.json"
    config.write_text(json.dumps(clients.CONFIG), encoding="utf-8")
    requests = []
    for number, trait in enumerate(TRAITS):
        source = root / f"{number}.json"
        document = repaired(trait.document(), root / f"specs{number}")
        validate(document, place=trait.id)
        source.write_text(json.dumps(document), encoding="utf-8")
        requests.append(
            GenerateRequest(
                place=trait.id, document=source, config=config, client=root / f"client{number}"
            )
        )
    failures = [each for each in generate(requests, scratch=root) if each is not None]
    assert failures == []
    return root


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.id)
def test_what_the_generator_does_not_take_is_said_otherwise_with_its_reason(
    generated: Path, trait: Trait
) -> None:
    number = TRAITS.index(trait)
    models = generated / f"client{number}" / "models"
    assert annotation(models / "job.py", "made") == trait.annotation
    if trait.inside is not None:
        name, kind = trait.inside
        (module,) = (
            each
            for each in models.glob("*.py")
            if f"class {trait.annotation}:" in each.read_text(encoding="utf-8")
        )
        assert annotation(module, name) == kind
    text = (generated / f"specs{number}" / "jobs.overlay.yaml").read_text(encoding="utf-8")
    assert f'description: "{trait.reason}' in text


@pytest.mark.parametrize("name", [*Project(ROOT).sources])
def test_classes_are_named_beforehand_as_the_generator_names_them(name: str) -> None:
    project = Project(ROOT)
    written = {
        name_in_file(module.stem)
        for module in (project.generated / name / "models").glob("*.py")
        if module.name != "__init__.py"
    }
    assert {each.name for each in classes_of(clients.effective_document(project, name))} == written


def test_forms_that_no_client_is_made_for_are_left_out_where_there_are_others(
    tmp_path: Path,
) -> None:
    spec = specimen()
    make = {"schema": model(prompt=TEXT)}
    spec["paths"]["/jobs"] = {
        "post": {
            "requestBody": {
                "required": True,
                "content": {"application/json": make, "application/xml": make},
            },
            "responses": {
                "201": {"description": "made", "content": {"application/json": make}},
                "400": {"description": "no", "content": {"image/png": {}}},
            },
        }
    }
    operation = repaired(spec, tmp_path / "jobs")["paths"]["/jobs"]["post"]
    assert [*operation["requestBody"]["content"]] == ["application/json"]
    assert operation["requestBody"]["required"] is True
    assert operation["responses"]["400"] == {"description": "no"}


def test_a_titled_answer_that_operations_share_is_named_by_each(tmp_path: Path) -> None:
    spec = specimen()
    shared = {"title": "Refusal", **model("why", why=TEXT)}
    spec["components"]["responses"] = {
        "No": {"description": "no", "content": {"application/json": {"schema": shared}}}
    }
    poll_of(spec)["responses"]["400"] = {"$ref": "#/components/responses/No"}
    other = {"responses": {"400": {"$ref": "#/components/responses/No"}}}
    spec["paths"]["/jobs"] = {"post": {"operationId": "make", **other}}
    found = [each.name for each in classes_of(repaired(spec, tmp_path / "jobs"))]
    assert len(found) == len(set(found))
    assert {"getjobresponse400", "makeresponse400"} <= set(found)


def test_what_is_combined_with_itself_without_end_is_refused() -> None:
    spec = specimen()
    spec["components"]["schemas"]["Job"] = {"allOf": [ref("Job"), model("status", status=TEXT)]}
    with pytest.raises(PipelineError, match="'#/components/schemas/Job' consists of itself"):
        draft_overlay("jobs", spec, JOB, status="status")


def annotation(module: Path, name: str) -> str:
    found = re.search(rf"^    {name}: ([^=\n]*)", module.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None, f"{module} has no {name}"
    kinds = found[1].strip().split(" | ")
    return " | ".join(sorted(each for each in kinds if each not in {"None", "Unset"}))
