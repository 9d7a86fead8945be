# jidi: make demo · make demo-network · make test · make check · make prove-sample · make prove · make kill-table · make fairness · make hostile · make mutants · make bench · make clean
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
LOCKED := $(PIP) --no-deps --require-hashes --only-binary :all: --requirement
PYTEST_ARGS ?= -n 4 --dist worksteal
# More than there are processors: a trial waits for half of its time.
PROVE_JOBS ?= 4
SHARD ?=
RESUME ?=
PROVE := $(BIN)/python -m pytest -p tests.proving -n $(PROVE_JOBS) --dist worksteal -m '' \
  $(if $(SHARD),--shard $(SHARD)) $(if $(RESUME),--resume)

.PHONY: lock docs help demo demo-network test check lint bench kill-table clean fairness hostile kill-table-whole mutants prove prove-sample prove-scenario

help:
	@echo "make demo   install jidi into $(VENV) and certify the reference courier at level privacy"
	@echo "make demo-network  a day of parcels through a platform, an integrator and two couriers; both ends must agree"
	@echo "make test   run the test suite; of long lists a few"
	@echo "make prove-sample   what takes minutes more of the same: the part of make prove that continuous integration plays"
	@echo "make prove  everything, the long lists whole: every lie, every broken, legal and hostile candidate, every mutant. SHARD=2/5: a part, without mutants; RESUME=1: go on"
	@echo "make prove-scenario ID=[role/]name   play a scenario against good and bad partners, keep its evidence, say what is missing"
	@echo "make check  format, lint, types, import contracts, data lint, then the test suite"
	@echo "make docs   draw and write what the documents take from the code"
	@echo "make bench  print the figures of speed beside their peers, the ratio first. ROWS="start scan": only these; minutes"
	@echo "make kill-table  certify every broken partner and write docs/kill-table.md"
	@echo "make kill-table, make fairness, make hostile   every broken, every legal, every hostile candidate; make test tries a few"
	@echo "make kill-table-whole  the same with every scenario against every broken partner; takes half an hour and writes nothing"
	@echo "make mutants  change the judge in thousands of small ways and count how many of these its tests notice; takes an hour"
	@echo "make clean  remove $(VENV) and everything that was built"

demo: $(STAMPS)/runtime
	@$(BIN)/jidi demo

demo-network: $(STAMPS)/runtime
	@$(BIN)/jidi demo-network

test: $(STAMPS)/dev
	@$(BIN)/pytest $(PYTEST_ARGS)

prove: $(STAMPS)/dev
	@$(PROVE) tests
	@$(if $(SHARD),true,$(MAKE) --no-print-directory mutants)

prove-sample: $(STAMPS)/dev
	@$(BIN)/pytest $(PYTEST_ARGS) -m '(thorough or postgresql) and not exhaustive'

prove-scenario: $(STAMPS)/dev
	@$(BIN)/python -m tests.conformance.prove_scenario $(ID)

lint: $(STAMPS)/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/jidi lint

check: lint test

docs: $(STAMPS)/dev
	@$(BIN)/python docs/tools/architecture.py

bench: $(STAMPS)/dev
	@$(BIN)/python -m benchmarks.table $(ROWS)

# pyvenv.cfg is written once, when the environment is made, so a new environment makes every stamp out of date.
$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "jidi needs Python 3.11 or later, but '$(PYTHON)' is older or missing. Install one and say: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "'$(PYTHON)' cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv; then run make again." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(STAMPS)/runtime: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	@echo "Installing jidi into $(VENV) ..."
	@$(LOCKED) constraints.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'from jidi.registry.reading import parsed; parsed.write(parsed.kept_file(), map(parsed.Path, ("conformance", "schemas")))'
	@$(BIN)/python -m compileall -q src reference_impl
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: $(STAMPS)/runtime constraints-dev.txt
	@echo "Installing what the tests need into $(VENV) ..."
	@$(LOCKED) constraints-dev.txt
	@mkdir -p $(STAMPS) && touch $@

# Newer versions of what is installed: writes both lists with the digests of every file.
lock:
	@$(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install -qq uv
	@build/lock/bin/uv pip compile -q --universal --generate-hashes --no-annotate --upgrade \
	  --custom-compile-command 'make lock' --python-version 3.11 \
	  --extra build --extra reference --output-file constraints.txt pyproject.toml
	@build/lock/bin/uv pip compile -q --universal --generate-hashes --no-annotate --upgrade \
	  --custom-compile-command 'make lock' --python-version 3.11 --no-emit-package jidi \
	  --extra dev --constraint constraints.txt --output-file constraints-dev.txt pyproject.toml

kill-table: $(STAMPS)/dev
	@$(BIN)/python -m tests.conformance.kill_table --write

kill-table-whole: $(STAMPS)/dev
	@$(BIN)/python -m tests.conformance.kill_table --whole

mutants: $(STAMPS)/dev
	@$(PIP) 'mutmut==3.8.1'
	@$(BIN)/mutmut run
	@$(BIN)/mutmut export-cicd-stats

fairness: $(STAMPS)/dev
	@$(PROVE) tests/conformance/fairness

hostile: $(STAMPS)/dev
	@$(PROVE) tests/conformance/hostile

clean:
	rm -rf $(VENV) $(STAMPS) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis jidi-run
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
