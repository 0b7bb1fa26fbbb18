# The two commands of the README: `make run` and `make test`. Both build .venv from pyproject.toml first.
PYTHON ?= python3
PYTHONS ?=
DAY ?=
VENV ?= .venv
BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
READY := $(VENV)/.ready-$(VERSION)

.PHONY: environment run test test-slow matrix lint format bench snapshots pictures lock dist bundle man clean

run: $(READY)
	$(BIN)/incident-tui sample_data

test: $(READY)
	INCIDENT_TUI_TEST_DAY=$(DAY) $(BIN)/pytest -n 4 --dist worksteal

test-slow: $(READY)
	INCIDENT_TUI_TEST_DAY=$(DAY) $(BIN)/pytest -n 5 --dist worksteal -m slow

# ROWS="3.12 user" runs some of its rows; the table in the docs is made by ROWS="--write docs/developing.md".
matrix: $(READY)
	$(BIN)/python -m tools.matrix $(ROWS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)
	$(BIN)/python -m bench

snapshots: $(READY)
	$(BIN)/pytest --snapshot-update tests/tui

pictures: $(READY)
	$(BIN)/python -m tools.pictures

environment: $(READY)

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade --quiet --output-file requirements/dev.txt

dist: $(READY)
	rm -rf dist
	$(BIN)/python -m build --no-isolation

bundle: dist
	$(BIN)/python -m tools.bundle dist/*.whl dist/incident-tui.pyz --python $(PYTHONS)
	$(MAKE) man

man: $(READY)
	mkdir -p dist
	$(BIN)/python -m tools.manual > dist/incident-tui.1

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache

# One stamp for each Python: `make test PYTHON=python3.12` builds the environment anew rather than test another Python.
$(READY): pyproject.toml requirements/dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "incident-tui needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
