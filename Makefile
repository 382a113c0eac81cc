PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONT := app/components
MODULES := $(FRONT)/node_modules/.package-lock.json
NPM := PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm --prefix $(FRONT)

.PHONY: app test lint fast browser slow coverage clean front bundle
.DEFAULT_GOAL := app

# The dev group is installed by name: pip reads it from pyproject from 25.1 on.
$(VENV)/installed: pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable '.[app]' --group dev
	touch $@

# Node comes with the dev group; only who changes the page's scripts needs it.
$(MODULES): $(FRONT)/package-lock.json | $(VENV)/installed
	$(NPM) ci
	touch $@

app: $(VENV)/installed
	$(BIN)/sam3viz app

front: $(MODULES)
	$(NPM) run --silent lint
	$(NPM) run --silent test

bundle: $(MODULES)
	$(NPM) run --silent bundle

lint: $(VENV)/installed $(MODULES)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find app -name "*.pyi" -delete # written by Gradio beside every component, and read by mypy in its place
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.check_lengths
	$(NPM) run --silent lint

# Three workers with one thread each: a test of the page waits as often as it works. A file's tests stay in one worker,
# so that what they share is made once; files in the order of their names, so that the browser's are not the last.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

fast: $(VENV)/installed $(MODULES)
	$(NPM) run --silent test
	$(PYTEST) -m "not browser and not slow"

browser: $(VENV)/installed $(MODULES)
	$(BIN)/python -m tests.helpers.chromium
	$(PYTEST) -m "browser and not slow"

# Trainings, commands in several processes and killed on the way, all commands of the README.
slow: $(VENV)/installed $(MODULES)
	$(PYTEST) -m slow

test: $(VENV)/installed lint
	$(NPM) run --silent test
	$(BIN)/python -m tests.helpers.chromium
	$(PYTEST) -m "not slow"

# What of the library and the page the quick tests run.
coverage: $(VENV)/installed
	$(PYTEST) -m "not browser and not slow" --cov=sam3viz --cov=app --cov-report=term:skip-covered

clean:
	rm -rf $(VENV) $(FRONT)/node_modules
