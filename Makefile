# What a fresh machine needs: Python >= 3.11 with venv, make and git. Everything else goes into .venv and .cache here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export ECLUSE_CACHE_DIR ?= $(CURDIR)/.cache
export PYTHONDONTWRITEBYTECODE = 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint types fuzz bench lock clean

help: ## List what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | column -t -s "$$(printf '\t')"

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: $(VENV)/ready ## Start a gate, send it made-up traffic over HTTP, and say who was stopped
	$(BIN)/ecluse demo

test: $(VENV)/ready ## Run the tests
	$(BIN)/python -m pytest

lint: $(VENV)/ready ## Check style
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/ready ## Check types
	$(BIN)/mypy

bench: $(VENV)/ready ## Measure: core, memory, HTTP (needs wrk)
	$(BIN)/python -m benchmarks

lock: ## Write requirements.lock anew (needs uv)
	uv export --quiet --all-groups --no-emit-project --no-annotate --no-header --output-file requirements.lock && rm -f uv.lock

clean: ## Remove what was built here
	rm -rf $(VENV) .cache build dist
