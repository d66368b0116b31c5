"""What a new version of a spec changes is told, each change of its kind."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.changes import Version, compare
from pipeline.load_spec import load_page
from pipeline.openapi import operations

from .specimen import JOB, Spec, as_file, job_of, poll_of, specimen

if TYPE_CHECKING:
    from collections.abc import Callable


def differences(before: Spec, after: Spec) -> list[str]:
    """Compare two specs, as the command reads them."""
    versions = []
    for spec in (before, after):
        document = load_page(as_file(spec)).document
        job = operations(document)[0]
        versions.append(Version(job=job, raw=document, effective=document))
    return [
        f"{each.kind} {each.place}: {each.what}" for each in compare(*versions, status="status")
    ]


def test_a_status_that_has_another_place_is_found_there() -> None:
    def within(spec: Spec) -> None:
        words = fields(spec).pop("status")
        state = {"allOf": [{"type": "object", "properties": {"state": words}}]}
        fields(spec)["data"] = state
        job_of(spec)["required"] = ["id"]

    before, after = specimen(), specimen()
    within(before)
    within(after)
    inner = fields(after)["data"]["allOf"][0]["properties"]["state"]
    inner["enum"].append("canceled")
    raw = [load_page(as_file(spec)).document for spec in (before, after)]
    told = compare(
        *(Version(job=JOB, raw=each, effective=each) for each in raw), status="data.state"
    )
    assert [f"{each.kind} {each.what}" for each in told] == ["new-status 'canceled' is new"]


def change(edit: Callable[[Spec], object]) -> tuple[Spec, Spec]:
    spec = specimen()
    edit(spec)
    return specimen(), spec


def status(spec: Spec) -> list[str]:
    words: list[str] = job_of(spec)["properties"]["status"]["enum"]
    return words


def fields(spec: Spec) -> Spec:
    found: Spec = job_of(spec)["properties"]
    return found


def parameter(spec: Spec, number: int) -> Spec:
    found: Spec = poll_of(spec)["parameters"][number]
    return found


POLL = "$['paths']['/jobs/{id}']['get']"
JOB_REFERENCE = {"$ref": "#/components/schemas/Job"}
JOB_TYPE = "$['components']['schemas']['Job']['type']"
CONTENT = f"{POLL}['responses']['200']['content']"

# What is edited, what that means, and what its undoing means.
CASES: list[tuple[Callable[[Spec], object], list[str], list[str]]] = [
    (len, [], []),
    (
        lambda spec: spec["info"].update(title="Other"),
        ["compatible text: descriptions or examples differ"],
        ["compatible text: descriptions or examples differ"],
    ),
    (
        lambda spec: status(spec).append("canceled"),
        ["new-status status: 'canceled' is new"],
        ["breaking status: 'canceled' is gone"],
    ),
    (
        lambda spec: fields(spec).update(cost={"type": "number"}),
        ["compatible answer.cost: is new (number)"],
        ["breaking answer.cost: is gone"],
    ),
    (
        lambda spec: job_of(spec)["required"].remove("id"),
        ["breaking answer.id: is now optional"],
        ["compatible answer.id: is now required"],
    ),
    (
        lambda spec: fields(spec)["id"].update(type=["string", "null"]),
        ["breaking answer.id: string has become string or null"],
        ["compatible answer.id: string or null has become string"],
    ),
    (
        lambda spec: fields(spec)["parts"]["items"]["properties"]["text"].update(type="integer"),
        ["breaking answer.parts[].text: string has become integer"],
        ["breaking answer.parts[].text: integer has become string"],
    ),
    (
        lambda spec: fields(spec).update(takt=fields(spec).pop("size")),
        ["breaking answer.size: is now called takt"],
        ["breaking answer.takt: is now called size"],
    ),
    (
        lambda spec: fields(spec)["speed"].update(enum=["slow", "fast"]),
        ['compatible answer.speed: is now "fast" or "slow"'],
        ["breaking answer.speed: takes any value now"],
    ),
    (
        lambda spec: parameter(spec, 1)["schema"]["enum"].append("none"),
        ['compatible query parameter.view: the value "none" is new'],
        ['breaking query parameter.view: the value "none" is gone'],
    ),
    (
        lambda spec: parameter(spec, 2)["schema"].update(enum=["none", "some"]),
        ['breaking query parameter.note: is now "none" or "some"'],
        ["breaking query parameter.note: takes any value now"],
    ),
    (
        lambda spec: fields(spec)["status"].pop("enum"),
        [
            "breaking status: 'done' is gone",
            "breaking status: 'failed' is gone",
            "breaking status: 'queued' is gone",
            "breaking answer.status: takes any value now",
        ],
        [
            "new-status status: 'done' is new",
            "new-status status: 'failed' is new",
            "new-status status: 'queued' is new",
            'compatible answer.status: is now "done" or "failed" or "queued"',
        ],
    ),
    (
        lambda spec: fields(spec).update(kind={"enum": ["job"]}),
        ["breaking answer.kind: its values have a class of their own now"],
        ["breaking answer.kind: its values no longer have a class of their own"],
    ),
    (
        lambda spec: fields(spec)["id"].update(format="email"),
        ['compatible answer.id: has the format "email" now'],
        ['compatible answer.id: its format "email" has become none'],
    ),
    (
        lambda spec: parameter(spec, 0)["schema"].update(format="email"),
        ['breaking path parameter.id: has the format "email" now'],
        ['compatible path parameter.id: its format "email" has become none'],
    ),
    (
        lambda spec: parameter(spec, 2).update(explode=False),
        [f"compatible text: what no client is made of differs: {POLL}['parameters'][2]['explode']"],
        [f"compatible text: what no client is made of differs: {POLL}['parameters'][2]['explode']"],
    ),
    (
        lambda spec: poll_of(spec).update(security=[{"key": []}, {}]),
        ["compatible key: http bearer has become http bearer, no key"],
        ["breaking key: http bearer, no key has become http bearer"],
    ),
    (
        lambda spec: poll_of(spec).update(tags=["jobs", "work"]),
        [f"compatible text: what no client is made of differs: {POLL}['tags']"],
        [f"compatible text: what no client is made of differs: {POLL}['tags']"],
    ),
    (
        lambda spec: poll_of(spec)["responses"]["200"].update(
            content={"application/vnd.jobs+json": {"schema": {"$ref": "#/components/schemas/Job"}}}
        ),
        [
            f"compatible text: what no client is made of differs: {CONTENT}['application/json'], "
            f"{CONTENT}['application/vnd.jobs+json']"
        ],
        [
            "compatible text: what no client is made of differs: "
            f"{CONTENT}['application/vnd.jobs+json'], {CONTENT}['application/json']"
        ],
    ),
    (
        lambda spec: parameter(spec, 1).update(required=True),
        ["breaking query parameter.view: is now required"],
        ["compatible query parameter.view: is now optional"],
    ),
    (
        lambda spec: parameter(spec, 2)["schema"].update(type=["string", "integer"]),
        ["compatible query parameter.note: string has become integer or string"],
        ["breaking query parameter.note: integer or string has become string"],
    ),
    (
        lambda spec: poll_of(spec)["parameters"].append(
            {"name": "by", "in": "query", "required": True, "schema": {"type": "boolean"}}
        ),
        ["breaking query parameter.by: is new, and required (boolean)"],
        ["breaking query parameter.by: is gone"],
    ),
    (
        lambda spec: poll_of(spec)["parameters"].append(
            {"name": "by", "in": "query", "schema": {"type": "boolean"}}
        ),
        ["compatible query parameter.by: is new (boolean)"],
        ["breaking query parameter.by: is gone"],
    ),
    (
        lambda spec: spec["paths"].update({"/tasks/{id}": spec["paths"].pop("/jobs/{id}")}),
        ["breaking operation: moved from GET /jobs/{id} to GET /tasks/{id}"],
        ["breaking operation: moved from GET /tasks/{id} to GET /jobs/{id}"],
    ),
    (
        lambda spec: spec["servers"][0].update(url="https://eu.jobs.example"),
        ["breaking server: https://api.jobs.example has become https://eu.jobs.example"],
        ["breaking server: https://eu.jobs.example has become https://api.jobs.example"],
    ),
    (
        lambda spec: spec["components"]["securitySchemes"].update(
            key={"type": "apiKey", "in": "header", "name": "X-Key"}
        ),
        ["breaking key: http bearer has become apiKey header X-Key"],
        ["breaking key: apiKey header X-Key has become http bearer"],
    ),
    (
        lambda spec: poll_of(spec).update(servers=[{"url": "https://poll.jobs.example"}]),
        ["breaking server: https://api.jobs.example has become https://poll.jobs.example"],
        ["breaking server: https://poll.jobs.example has become https://api.jobs.example"],
    ),
    (
        lambda spec: poll_of(spec).update(deprecated=True),
        ["compatible deprecated: nothing has become yes"],
        ["compatible deprecated: yes has become nothing"],
    ),
    (
        lambda spec: poll_of(spec).update(tags=["work"]),
        ["breaking tag: jobs has become work"],
        ["breaking tag: work has become jobs"],
    ),
    (
        lambda spec: poll_of(spec).update(operationId="poll"),
        ["breaking operationId: get_job has become poll"],
        ["breaking operationId: poll has become get_job"],
    ),
    (
        lambda spec: fields(spec)["parts"]["items"].update(title="Piece"),
        ["breaking answer.parts[]: its class Part has become Piece"],
        ["breaking answer.parts[]: its class Piece has become Part"],
    ),
    (
        lambda spec: poll_of(spec)["responses"].update({"404": {"description": "No such job"}}),
        ["breaking answer 404: nothing has become described"],
        ["breaking answer 404: described has become nothing"],
    ),
    (
        lambda spec: fields(spec)["parts"]["items"].update(additionalProperties=False),
        ["breaking answer.parts[]{}: anything has become nothing else"],
        ["breaking answer.parts[]{}: nothing else has become anything"],
    ),
    (
        lambda spec: fields(spec)["parts"]["items"].update(additionalProperties={"type": "string"}),
        ["breaking answer.parts[]{}: anything has become string"],
        ["breaking answer.parts[]{}: string has become anything"],
    ),
    (
        lambda spec: fields(spec)["speed"].update(default="fast"),
        ['compatible answer.speed: its default "slow" has become "fast"'],
        ['compatible answer.speed: its default "fast" has become "slow"'],
    ),
    (
        lambda spec: parameter(spec, 2)["schema"].pop("default"),
        ['breaking query parameter.note: its default "none" has become none'],
        ['breaking query parameter.note: has the default "none" now'],
    ),
    (
        lambda spec: parameter(spec, 2)["schema"].update(maxLength=9),
        ["breaking query parameter.note: has the maxLength 9 now"],
        ["compatible query parameter.note: its maxLength 9 has become none"],
    ),
    (
        lambda spec: (
            parameter(spec, 1)["schema"].update(minLength=2),
            fields(spec)["size"].update(minimum=1),
        ),
        [
            "breaking query parameter.view: has the minLength 2 now",
            "compatible answer.size: has the minimum 1 now",
        ],
        [
            "compatible answer.size: its minimum 1 has become none",
            "compatible query parameter.view: its minLength 2 has become none",
        ],
    ),
    (
        lambda spec: parameter(spec, 2)["schema"].update(pattern="^a"),
        ['breaking query parameter.note: has the pattern "^a" now'],
        ['compatible query parameter.note: its pattern "^a" has become none'],
    ),
    (
        lambda spec: parameter(spec, 1).update(style="pipeDelimited", deprecated=True),
        [
            'breaking query parameter.view: has the style "pipeDelimited" now',
            "compatible query parameter.view: is deprecated now",
        ],
        [
            "compatible query parameter.view: is no longer deprecated",
            'compatible query parameter.view: its style "pipeDelimited" has become none',
        ],
    ),
    (
        lambda spec: parameter(spec, 1)["schema"].update({"x-enum-varnames": ["ALL", "A_FEW"]}),
        ['breaking query parameter.view: has the list of value names ["ALL", "A_FEW"] now'],
        ['breaking query parameter.view: its list of value names ["ALL", "A_FEW"] has become none'],
    ),
    (
        lambda spec: fields(spec)["id"].update(deprecated=True, readOnly=True),
        [
            "compatible answer.id: is deprecated now",
            "compatible answer.id: has the readOnly true now",
        ],
        [
            "compatible answer.id: is no longer deprecated",
            "compatible answer.id: its readOnly true has become none",
        ],
    ),
    (
        lambda spec: fields(spec)["made"].pop("format"),
        ["breaking answer.made: string (date-time) has become string"],
        ["breaking answer.made: string has become string (date-time)"],
    ),
    (
        lambda spec: poll_of(spec)["responses"]["200"]["content"].update(
            {"text/csv": {"schema": {"type": "string"}}}
        ),
        ["compatible answer (text/csv): is new (string)"],
        ["breaking answer (text/csv): is gone"],
    ),
    (
        lambda spec: spec.update(servers=[*spec["servers"], {"url": "https://eu.jobs.example"}]),
        ["compatible text: what no client is made of differs: $['servers']"],
        ["compatible text: what no client is made of differs: $['servers']"],
    ),
    (
        lambda spec: parameter(spec, 0).update(name="job_id"),
        ["breaking path parameter.id: is now called job_id"],
        ["breaking path parameter.job_id: is now called id"],
    ),
    (
        lambda spec: parameter(spec, 3).update({"in": "cookie"}),
        [
            "breaking header parameter.X-Team: is gone",
            "compatible cookie parameter.X-Team: is new (string)",
        ],
        [
            "breaking cookie parameter.X-Team: is gone",
            "compatible header parameter.X-Team: is new (string)",
        ],
    ),
    (
        lambda spec: fields(spec).update(shape=union("Round", "Square")),
        ["compatible answer.shape: is new (object)"],
        ["breaking answer.shape: is gone"],
    ),
]


def union(*titles: str) -> Spec:
    """Give a schema of several branches, of which only the first must have a size."""
    branches: list[Spec] = [
        {"type": "object", "title": title, "properties": {"size": {"type": "integer"}}}
        for title in titles
    ]
    branches[0]["required"] = ["size"]
    return {"oneOf": branches}


def test_a_branch_of_a_union_that_goes_is_told_and_the_last_one_does_not_win() -> None:
    before, after = specimen(), specimen()
    fields(before)["shape"] = union("Round", "Square")
    fields(after)["shape"] = union("Round")
    assert differences(before, after) == [
        "breaking answer.shape: its class Round or Square has become Round",
        "compatible answer.shape.size: is now required",
    ]
    turned = specimen()
    fields(turned)["shape"] = {"oneOf": union("Round", "Square")["oneOf"][::-1]}
    assert differences(before, turned) == [
        "breaking answer.shape: its kinds are tried as Square, Round"
    ]


def test_what_changes_in_one_class_of_a_union_is_not_hidden_by_another() -> None:
    before = specimen()
    sized = {"type": "object", "properties": {"size": {"type": "integer"}, "x": {}}}
    before["components"]["schemas"] |= {"Round": sized, "Square": copy.deepcopy(sized)}
    names = [{"$ref": f"#/components/schemas/{name}"} for name in ("Round", "Square")]
    job_of(before)["properties"]["shape"] = {"anyOf": names}
    after = copy.deepcopy(before)
    round_ = after["components"]["schemas"]["Round"]
    del round_["properties"]["x"]
    round_["required"] = ["size"]
    assert differences(before, after) == [
        "breaking answer.shape (Round).x: is gone",
        "compatible answer.shape (Round).size: is now required",
    ]
    for name in ("Round", "Square"):
        after["components"]["schemas"][name] = {"type": "object", "properties": {"x": {}}}
    # What all of them have in common is told once.
    assert differences(before, after) == ["breaking answer.shape.size: is gone"]


def test_values_that_are_named_by_where_they_stand_are_told_where_they_move() -> None:
    def sizes(*values: str) -> Spec:
        spec = specimen()
        parameter(spec, 1)["schema"] = {"type": "string", "enum": [*values]}
        return spec

    moved = "query parameter.view: VALUE_1 is now the name of"
    before = sizes("all", "1x1", "9x9")
    assert differences(before, sizes("all", "9x9")) == [
        f'breaking {moved} "9x9", and was that of "1x1"',
        'breaking query parameter.view: the value "1x1" is gone',
    ]
    assert differences(before, sizes("all", "2x2", "1x1", "9x9"))[0] == (
        f'breaking {moved} "2x2", and was that of "1x1"'
    )
    assert differences(before, sizes("all", "1x1", "9x9", "2x2")) == [
        'compatible query parameter.view: the value "2x2" is new'
    ]


def test_a_branch_is_the_same_one_said_in_other_words() -> None:
    def either(**branch: object) -> Spec:
        spec = specimen()
        fields(spec)["next"] = {"oneOf": [{"title": "Own", "type": "object"}, branch]}
        return spec

    plain, wrapped = either(**JOB_REFERENCE), either(allOf=[JOB_REFERENCE])
    (told,) = differences(plain, wrapped)
    assert told.startswith("compatible text: what no client is made of differs")
    joined = either(title="Both", allOf=[JOB_REFERENCE, {"type": "object"}])
    (told,) = differences(plain, joined)
    assert told == "breaking answer.next: its class Job or Own has become Both or Job or Own"


def test_a_branch_that_says_nothing_is_a_branch() -> None:
    before, after = specimen(), specimen()
    fields(before)["out"] = {"anyOf": [{}, {"type": "null"}]}
    fields(after)["out"] = {"anyOf": [{"type": "null"}]}
    assert differences(before, after) == ["compatible answer.out: anything or null has become null"]


def test_a_list_of_values_has_another_class_where_it_is_not_shared() -> None:
    before, after = specimen(), specimen()
    shared: Spec = {"title": "View", "enum": ["all", "some"]}
    for spec in (before, after):
        spec["components"]["schemas"]["View"] = shared
        fields(spec)["view"] = shared
    fields(before)["view"] = {"$ref": "#/components/schemas/View"}
    assert differences(before, after) == [
        "breaking answer.view: its class View has become View (inline)"
    ]


def test_the_only_field_of_a_class_of_a_union_goes() -> None:
    before = specimen()
    fields(before)["shape"] = union("Round", "Square")
    after = copy.deepcopy(before)
    fields(after)["shape"]["oneOf"][1]["properties"] = {}
    assert differences(before, after) == ["breaking answer.shape (Square).size: is gone"]


def test_a_class_is_looked_into_however_deep_unions_hide_it() -> None:
    def nested(kind: str, *needed: str) -> Spec:
        inner = {"type": "object", "required": [*needed], "properties": {"n": {"type": kind}}}
        old: Spec = {"type": "object", "title": "Old", "properties": {"of": {"type": "object"}}}
        new = {"type": "object", "title": "New", "properties": {"of": {**inner, "title": "Of"}}}
        spec = specimen()
        fields(spec)["shape"] = {"anyOf": [{"oneOf": [new, old]}, {"type": "null"}]}
        old["properties"]["of"]["properties"] = {"n": {"type": ["integer", "string"]}}
        return spec

    assert differences(nested("integer"), nested("string", "n")) == [
        "breaking answer.shape (New).of.n: integer has become string",
        "compatible answer.shape (New).of.n: is now required",
    ]


def test_what_several_unions_share_is_told_where_it_shows_first() -> None:
    def twice(kind: str) -> Spec:
        spec = specimen()
        spec["components"]["schemas"] |= {
            "Round": {"type": "object", "properties": {"x": {"type": kind}}},
            "Square": {"type": "object", "properties": {"x": {"type": ["integer", "string"]}}},
        }
        both = [{"$ref": f"#/components/schemas/{name}"} for name in ("Round", "Square")]
        fields(spec).update(a={"anyOf": both}, b={"anyOf": both})
        return spec

    assert differences(twice("integer"), twice("string")) == [
        "breaking answer.a (Round).x: integer has become string"
    ]


def test_a_class_of_a_union_that_takes_no_other_fields_any_more_is_told() -> None:
    before, after = specimen(), specimen()
    for spec in (before, after):
        parameter(spec, 2)["schema"] = union("Round", "Square")
    parameter(after, 2)["schema"]["oneOf"][0]["additionalProperties"] = False
    assert differences(before, after) == [
        "breaking query parameter.note (Round){}: anything has become nothing else",
        "compatible query parameter.note{}: anything has become anything or nothing else",
    ]


def test_a_branch_without_a_name_and_a_discriminator_are_told() -> None:
    before, after = specimen(), specimen()
    fields(before)["shape"] = {"oneOf": [{"type": "object"}, {"type": "object"}]}
    fields(after)["shape"] = {"oneOf": [{"type": "object"}] * 3}
    assert differences(before, after) == [
        "breaking answer.shape: its kinds Type0, Type1 have become Type0, Type1, Type2"
    ]
    sorted_out = specimen()
    fields(sorted_out)["shape"] = {
        **fields(before)["shape"],
        "discriminator": {"propertyName": "kind"},
    }
    assert differences(before, sorted_out) == [
        'compatible answer.shape: has the discriminator {"propertyName": "kind"} now'
    ]


def test_an_operation_that_makes_jobs_may_move() -> None:
    def making(path: str) -> Version:
        spec = specimen()
        ask = {"type": "object", "title": "Ask", "properties": {"a": {}}}
        body = {"content": {"application/json": {"schema": ask}}}
        taken = {"202": {"description": "Taken"}}
        spec["paths"][path] = {"post": {"requestBody": body, "responses": taken}}
        return Version(job=JOB, raw=spec, effective=spec)

    after = replace(making("/v2/jobs"), known_as={"POST /v2/jobs": "POST /jobs"})
    (told,) = compare(making("/jobs"), after, status="status")
    assert (told.place, told.what) == ("POST /jobs", "moved from POST /jobs to POST /v2/jobs")


def test_what_another_operation_takes_is_told_by_its_name() -> None:
    def making(*, needs: list[str]) -> Spec:
        spec = specimen()
        ask = {
            "type": "object",
            "title": "Ask",
            "required": needs,
            "properties": {"a": {}, "b": {}},
        }
        spec["paths"]["/jobs"] = {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": ask}}},
                "responses": {"202": poll_of(spec)["responses"]["200"]},
            }
        }
        return spec

    before, after = making(needs=["a"]), making(needs=["a", "b"])
    status(after).append("canceled")
    assert differences(before, after) == [
        "new-status status: 'canceled' is new",
        "breaking POST /jobs: request.b: is now required",
    ]


@pytest.mark.parametrize(("edit", "there", "back"), CASES)
def test_a_change_is_told_in_both_directions(
    edit: Callable[[Spec], object], there: list[str], back: list[str]
) -> None:
    before, after = change(edit)
    assert differences(before, after) == there
    assert differences(after, before) == back


def test_the_most_pressing_comes_first() -> None:
    def edit(spec: Spec) -> None:
        fields(spec).update(cost={"type": "number"})
        del fields(spec)["made"]
        status(spec).append("canceled")

    kinds = [each.split()[0] for each in differences(*change(edit))]
    assert kinds == ["new-status", "breaking", "compatible"]


ORDER = "its fields have another order, which counts where they are given without names"


def test_fields_that_change_places_are_told_as_the_arguments_of_a_class() -> None:
    def asking(*names: str) -> Spec:
        spec = specimen()
        ask = {"type": "object", "required": ["a"], "properties": {name: {} for name in names}}
        body = {"content": {"application/json": {"schema": ask}}}
        answers = {"202": {"description": "made"}}
        spec["paths"]["/jobs"] = {"post": {"requestBody": body, "responses": answers}}
        return spec

    told = differences(asking("a", "b", "c"), asking("a", "c", "b"))
    assert told == [f"breaking POST /jobs: request: {ORDER}"]
    # What must be given comes first wherever it is listed.
    assert differences(asking("a", "b", "c"), asking("b", "a", "c")) == []

    def turned(spec: Spec) -> None:
        job_of(spec)["properties"] = dict(reversed(fields(spec).items()))

    assert differences(*change(turned)) == [f"compatible answer: {ORDER}"]


def test_a_name_that_is_only_spelt_otherwise_names_the_same_code() -> None:
    def spelt(spec: Spec) -> None:
        poll_of(spec).update(tags=["JOBS"], operationId="getJob")

    (told,) = differences(*change(spelt))
    assert told.startswith("compatible text: what no client is made of differs")

    for name in ("get_JOB", "get&job", "getjob"):
        other = specimen()
        poll_of(other).update(operationId=name)
        (told,) = differences(specimen(), other)
        assert told == f"breaking operationId: get_job has become {name}"


def test_an_object_is_one_with_or_without_its_type() -> None:
    (told,) = differences(*change(lambda spec: job_of(spec).pop("type")))
    assert told == f"compatible text: what no client is made of differs: {JOB_TYPE}"


def test_a_class_that_is_called_by_what_stands_around_it_is_told_where_that_changes() -> None:
    def either(title: str) -> Spec:
        spec = specimen()
        item = {"type": "object", "properties": {"a": {"type": "string"}}}
        listed = {"title": title, "type": "array", "items": item}
        fields(spec)["one_or_all"] = {"oneOf": [{"type": "string"}, listed]}
        return spec

    (told,) = differences(either("All"), either("Whole"))
    assert told.startswith("breaking class: that of $['components']['schemas']['Job']")
    assert told.endswith("['one_or_all']['oneOf'][1]['items'] is called otherwise")


def test_values_have_their_type_whether_or_not_it_is_named() -> None:
    (told,) = differences(*change(lambda spec: fields(spec)["status"].pop("type")))
    assert told.startswith("compatible text: what no client is made of differs")
    (told,) = differences(*change(lambda spec: fields(spec)["kind"].update(type="string")))
    assert told.startswith("compatible text: what no client is made of differs")


def test_a_value_without_a_name_takes_the_others_names() -> None:
    before, after = specimen(), specimen()
    for spec in (before, after):
        parameter(spec, 1)["schema"]["x-enum-varnames"] = ["ALL", "SOME"]
    parameter(after, 1)["schema"]["enum"].append("none")
    assert differences(before, after) == [
        'breaking query parameter.view: its list of value names ["ALL", "SOME"] has become none',
        'compatible query parameter.view: the value "none" is new',
    ]


def test_a_default_that_moves_into_a_union_is_none() -> None:
    def edit(spec: Spec) -> None:
        fields(spec)["size"] = {"anyOf": [fields(spec)["size"], {"type": "null"}]}

    assert differences(*change(edit)) == [
        "breaking answer.size: integer has become integer or null",
        "compatible answer.size: its default 3 has become none",
    ]


def test_null_among_values_is_another_type() -> None:
    assert differences(*change(lambda spec: fields(spec)["status"]["enum"].append(None))) == [
        "breaking answer.status: string has become string or null"
    ]


def test_the_first_items_of_a_list_count_among_all() -> None:
    def first(spec: Spec) -> None:
        fields(spec)["sizes"] = {"type": "array", "items": {"type": "integer"}}

    before, after = specimen(), specimen()
    first(before)
    first(after)
    fields(after)["sizes"]["prefixItems"] = [{"type": "boolean"}]
    assert differences(before, after) == [
        "breaking answer.sizes[]: integer has become boolean or integer"
    ]


def test_two_that_look_alike_are_not_taken_for_one_renamed() -> None:
    def edit(spec: Spec) -> None:
        fields(spec).update(one={"type": "integer"}, two={"type": "integer"})
        del fields(spec)["size"]

    assert differences(*change(edit)) == [
        "breaking answer.size: is gone",
        "compatible answer.one: is new (integer)",
        "compatible answer.two: is new (integer)",
    ]


def test_statuses_in_prose_are_read_where_there_is_no_enum() -> None:
    def edit(spec: Spec) -> None:
        fields(spec)["status"] = {"type": "string", "description": "`queued`, `done` or `lost`"}

    told = differences(*change(edit))
    assert "new-status status: 'lost' is new" in told
    assert "breaking status: 'failed' is gone" in told


def test_a_schema_that_holds_itself_is_laid_out_once() -> None:
    def edit(spec: Spec) -> None:
        fields(spec)["next"] = {"$ref": "#/components/schemas/Job"}

    (told,) = differences(*change(edit))
    assert told.startswith("compatible answer.next: is new")


def test_what_leads_back_to_a_schema_is_of_its_type() -> None:
    def edit(spec: Spec) -> None:
        fields(spec)["next"] = {"$ref": "#/components/schemas/Job"}

    before, after = change(edit)
    fields(before)["next"] = {}
    assert differences(before, after) == [
        "breaking answer.next: anything has become object",
        "breaking answer.next: its class nothing has become Job",
    ]


def test_what_the_overlay_hides_is_told_as_such() -> None:
    raw_before, raw_after = change(lambda spec: fields(spec)["id"].update(type="integer"))
    same = load_page(as_file(raw_before)).document
    before = Version(job=JOB, raw=same, effective=same)
    after = Version(job=JOB, raw=load_page(as_file(raw_after)).document, effective=same)
    (told,) = compare(before, after, status="status")
    assert (told.kind, told.place) == ("compatible", "answer.id")
    assert "the overlay says otherwise" in told.what
