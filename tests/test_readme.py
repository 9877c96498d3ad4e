"""The README's examples do what they show."""

import doctest
import pathlib
import re

import pytest

README = pathlib.Path(__file__).resolve().parents[1] / "README.md"
EXAMPLES = {
    re.search(r"import (\w+)", block)[1]: block
    for block in re.findall(r"^```pycon\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
}


def test_there_are_examples():
    assert {"pandas", "polars", "dask"} <= set(EXAMPLES)


@pytest.mark.parametrize("neighbour", EXAMPLES)
def test_example(neighbour):
    pytest.importorskip(neighbour)
    example = doctest.DocTestParser().get_doctest(
        EXAMPLES[neighbour], {}, neighbour, "README.md", None
    )
    assert example.examples
    printed = []
    assert doctest.DocTestRunner().run(example, out=printed.append).failed == 0, "".join(printed)
