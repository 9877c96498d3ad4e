"""What help() shows, and the README: each public name explains itself, and all examples do what they show."""

import doctest
import pydoc
import re
from pathlib import Path

import pytest

import fastsigmoid
from fastsigmoid import special

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
NEIGHBOURS = {
    re.search(r"import (\w+)", block)[1]: block
    for block in re.findall(r"^```pycon\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
}
PUBLIC = {name: getattr(fastsigmoid, name) for name in fastsigmoid.__all__}
SPECIAL = {name: getattr(special, name) for name in special.__all__}


def run_examples(text, names, title):
    example = doctest.DocTestParser().get_doctest(text, names, title, title, None)
    assert example.examples
    output = []
    results = doctest.DocTestRunner().run(example, out=output.append)
    assert results.failed == 0, "".join(output)


@pytest.mark.parametrize("name", ["fastsigmoid", *PUBLIC])
def test_examples(name):
    run_examples(PUBLIC.get(name, fastsigmoid).__doc__, PUBLIC, name)


@pytest.mark.parametrize("name", ["special", *SPECIAL])
def test_examples_of_special(name):
    run_examples(SPECIAL.get(name, special).__doc__, SPECIAL, name)


def test_the_readme_has_examples_of_its_neighbours():
    assert {"pandas", "polars", "dask"} <= set(NEIGHBOURS)


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_examples_of_the_readme(neighbour):
    pytest.importorskip(neighbour)
    run_examples(NEIGHBOURS[neighbour], {}, neighbour)


@pytest.mark.parametrize(
    ("name", "public"),
    [*PUBLIC.items(), *SPECIAL.items()],
    ids=[*PUBLIC, *(f"special.{n}" for n in SPECIAL)],
)
def test_help(name, public):
    shown = pydoc.plain(pydoc.render_doc(public))
    assert f"{name}(" in shown
    assert max(map(len, public.__doc__.splitlines()[1:])) <= 90


def test_help_of_the_package_lists_what_is_public():
    shown = pydoc.plain(pydoc.render_doc(fastsigmoid))
    assert "correctly rounded" in shown
    for name in PUBLIC:
        assert name in shown
