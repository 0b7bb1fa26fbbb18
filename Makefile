# The two commands of the README: `make run` and `make test`. Both build .venv from pyproject.toml first.
PYTHON ?= python3
PYTHONS ?=
BIN := .venv/bin

.PHONY: run test test-slow lint format bench snapshots pictures dist bundle man clean

run: .venv/.ready
	$(BIN)/incident-tui sample_data

test: .venv/.ready
	$(BIN)/pytest -n 4 --dist worksteal

test-slow: .venv/.ready
	$(BIN)/pytest -n auto -m slow

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready
	$(BIN)/python -m bench

snapshots: .venv/.ready
	$(BIN)/pytest --snapshot-update tests/tui

pictures: .venv/.ready
	$(BIN)/python -m tools.pictures

dist: .venv/.ready
	rm -rf dist
	$(BIN)/python -m build --no-isolation

bundle: dist
	$(BIN)/python -m tools.bundle dist/*.whl dist/incident-tui.pyz --python $(PYTHONS)
	$(MAKE) man

man: .venv/.ready
	mkdir -p dist
	$(BIN)/python -m tools.manual > dist/incident-tui.1

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache

.venv/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "incident-tui needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
