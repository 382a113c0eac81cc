PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: app test lint fast clean
.DEFAULT_GOAL := app

# The dev group is installed by name: pip reads it from pyproject from 25.1 on.
$(VENV)/installed: pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

app: $(VENV)/installed
	$(BIN)/sam3viz app

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find app -name "*.pyi" -delete # written by Gradio beside every component, and read by mypy in its place
	$(BIN)/mypy
	$(BIN)/lint-imports

fast: $(VENV)/installed
	$(BIN)/pytest -m "not browser and not slow"

test: $(VENV)/installed lint
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/pytest

clean:
	rm -rf $(VENV)
