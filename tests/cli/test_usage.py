"""What is typed wrong is named, with what to do instead: exit code 2, and nothing is asked."""

import sys

import pytest
from tests.cli.conftest import VARIABLES, Terminal, ref
from tests.waits.harness import PROVIDERS

from tilldone.cli import main


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["wait"], "Missing argument 'PROVIDER'"),
        (["wait", "edenai"], "Missing argument 'ID'"),
        (["wait", "edenia", "x"], "'edenia' is not one of 'edenai'"),
        (["wait", "edenai", " "], "id: blank"),
        (["wait", "edenai", ".."], "id: '..' names another path"),
        (["wait", "edenai", "{"], "ref: '{' is damaged: not JSON"),
        (["wait", "edenai", ref("vessl", "x")], "not of 'edenai'; write vessl there"),
        (["wait", "zai", "x"], "pass --agent-id"),
        (["wait", "vessl", "x"], "--base-url: this provider has no default"),
        (["wait", "edenai", "x", "--base-url", "x"], "--base-url: 'x' should begin with https://"),
        (["wait", "edenai", "x", "--base-url", "http://example.com"], "pass --allow-http"),
        (["wait", "edenai", "x", "--timeout", "soon"], "invalid duration 'soon'"),
        (["wait", "edenai", "x", "--timeout", "-1"], "invalid duration '-1'"),
        (["wait", "edenai", "x", "--timeout", 400 * "9"], "the number is too large"),
        (["wait", "edenai", "x", "--agent-id", "y"], "--agent-id: no job here takes one"),
        (["wait", "edenai", "x", "--token", "k"], "No such option"),
        (["wait-all", "/no/such/file"], "No such file"),
        (["simulate", "--port", "99999"], "not in the range"),
        (["simulate", "--port", "0", "--host", "x.invalid"], "port 0: Name or service not known"),
        (["forget", "--older-than", "9" * 400], "the number is too large"),
        (["frob"], "No such command 'frob'"),
        ([], "Usage:"),
    ],
)
def test_wrong_usage_is_2_and_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    for variable in VARIABLES.values():
        monkeypatch.setenv(variable, "key-for-tests")
    assert run_here(monkeypatch, *arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert says in err
    assert "Traceback" not in err


@pytest.mark.parametrize("provider", list(PROVIDERS))
def test_a_missing_key_is_2_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], provider: str
) -> None:
    variable = VARIABLES[provider]
    monkeypatch.delenv(variable, raising=False)
    assert run_here(monkeypatch, "wait", provider, "x") == 2
    said = f"tilldone: {variable} is not set; the key of {provider} is read from it\n"
    assert capfd.readouterr() == ("", said)


def run_here(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Run the command in this process, where it is to end before it asks anyone; give its code."""
    monkeypatch.setattr(sys, "argv", ["tilldone", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_providers_tell_of_an_address_that_leads_elsewhere(tilldone: Terminal) -> None:
    usual = tilldone("providers").stdout
    assert "VESSL_BASE_URL is not set; or --base-url" in usual
    assert "TILLDONE_" not in usual
    tilldone.environment["TILLDONE_VESSL_BASE_URL"] = "http://127.0.0.1:9"
    told = tilldone("providers").stdout
    assert "TILLDONE_VESSL_BASE_URL is set: requests go there" in told
    assert "is not set; or" not in told
