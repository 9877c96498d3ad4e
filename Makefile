# The everyday commands, in .venv; the stages of .ci/run call them as well, with an environment of their own.
VENV ?= .venv
PYTHON = $(VENV)/bin/python

.PHONY: build test lint dist proof bench check clean

build: $(VENV)/installed  ## compile what has changed, in place
	$(PYTHON) setup.py -q build_ext --inplace

test: build  ## the tests, on the sources in place; pass ARGS=... to pytest
	$(PYTHON) -m pytest -q $(ARGS)

lint: $(VENV)/bin/pre-commit  ## ruff, clang-format, mypy, codespell, actionlint and zizmor, as before each commit
	$< run --all-files

dist: $(VENV)/bin/pyproject-build  ## the source archive, and the wheel made from it
	$< --outdir dist $(ARGS)

proof:  ## the error bounds, and the constants from their sources
	csrc/proof/check

bench: build  ## speed and error beside the usual ways
	$(PYTHON) -m benchmarks $(ARGS)

check:  ## everything that a change must pass
	.ci/run $(ARGS)

clean:
	rm -rf build dist src/*.egg-info src/fastsigmoid/*.so

$(VENV)/bin/pre-commit $(VENV)/bin/pyproject-build:
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install -q build pre-commit

# An editable install, which setuptools does not rebuild by itself: `make build` does.
$(VENV)/installed: pyproject.toml
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install -q "setuptools>=77" "numpy>=2"
	$(PYTHON) -m pip install -q --no-build-isolation -e ".[test,bench]"
	touch $@
