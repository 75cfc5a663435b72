# `make chat` opens the page, `make test` runs the tests; both make .venv first.
LIBRARY ?= seeds
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install chat test lint clean

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python 3.11 is needed as '$(PYTHON)'; or run: make $(MAKECMDGOALS) PYTHON=python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1,<27"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable .
	$(BIN)/python -m pip install --quiet --no-deps --requirement requirements-server-tests.txt
	@touch $@

chat: install
	$(BIN)/readacross serve --library "$(LIBRARY)" --open

test: install
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache seeds/.readacross
