# What a fresh machine needs: Python >= 3.11 with venv, make and git. Everything else goes into .venv and .cache here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
export ECLUSE_CACHE_DIR ?= $(CURDIR)/.cache

.DEFAULT_GOAL := help
.PHONY: help demo test explore lint types bench lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/ready ## Start a gate, send it made-up traffic over HTTP, and say who was stopped
	$(BIN)/ecluse demo

# The files of tests lie in memory where there is enough of it: with them on a disk, Synapse's slowest takes a third longer.
MEMORY := $(shell [ "$$(df -Pk /dev/shm 2>/dev/null | awk 'END { print $$4 + 0 }')" -gt 8000000 ] && echo /dev/shm)
PYTEST = @folder=$$(mktemp -d $(MEMORY:%=-p %)) && trap 'rm -rf "$$folder"' EXIT && \
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --basetemp "$$folder/t"

test: $(VENV)/ready ## Run the tests
	$(PYTEST)

explore: $(VENV)/ready ## Test the laws, with examples that no run had before
	$(PYTEST) --hypothesis-profile new -m hypothesis

lint: $(VENV)/ready ## Check style
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/ready ## Check types
	$(BIN)/mypy

bench: $(VENV)/ready ## Measure: core, memory, HTTP (needs wrk)
	$(BIN)/python -m benchmarks

lock: ## Add what is new to requirements.lock, all else as it is (needs uv)
	uv pip compile pyproject.toml --quiet --group build --group dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --no-emit-index-url --output-file requirements.lock

clean: ## Remove what was built here
	rm -rf $(VENV) .cache build dist
