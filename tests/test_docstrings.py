"""What help() shows: each public name explains itself, and its examples do what they show."""

import doctest
import pydoc

import pytest

import fastsigmoid

PUBLIC = {name: getattr(fastsigmoid, name) for name in fastsigmoid.__all__}


@pytest.mark.parametrize("name", ["fastsigmoid", *PUBLIC])
def test_examples(name):
    text = PUBLIC.get(name, fastsigmoid).__doc__
    example = doctest.DocTestParser().get_doctest(text, PUBLIC, name, name, None)
    assert example.examples
    output = []
    results = doctest.DocTestRunner().run(example, out=output.append)
    assert results.failed == 0, "".join(output)


@pytest.mark.parametrize("name", PUBLIC)
def test_help(name):
    shown = pydoc.plain(pydoc.render_doc(PUBLIC[name]))
    assert f"{name}(" in shown
    assert max(map(len, PUBLIC[name].__doc__.splitlines()[1:])) <= 90


def test_help_of_the_package_lists_what_is_public():
    shown = pydoc.plain(pydoc.render_doc(fastsigmoid))
    assert "correctly rounded" in shown
    for name in PUBLIC:
        assert name in shown
