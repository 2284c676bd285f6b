# Two commands for a new user: `make demo` and `make test`. Each builds the environment it needs, in .venv.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready-for

.PHONY: help demo test lint format types contracts workflows check hook environment

help:
	@echo 'make demo       check the contracts, show a breaking proposal, sync to a local registry'
	@echo 'make test       run the test suite'
	@echo 'make lint       ruff: rules and formatting'
	@echo 'make format     let ruff mend what it can'
	@echo 'make types      mypy, strict'
	@echo 'make contracts  schemaward on the contracts of this repository'
	@echo 'make workflows  zizmor and the published schemas on workflows and hooks'
	@echo 'make check      everything above but the demo and format: what CI runs'

demo: $(READY)
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tooling/demo.sh

test: $(READY)
	$(BIN)/python -m pytest -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/schemaward check
	$(BIN)/schemaward codeowners --check

workflows: $(READY)
	$(BIN)/zizmor --offline --quiet --persona pedantic .github
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/pre-commit validate-config .pre-commit-config.yaml
	$(BIN)/pre-commit validate-manifest .pre-commit-hooks.yaml

check: lint types contracts workflows test

# What the pre-commit hook of this repository runs; silent when there is nothing to say.
hook: $(READY)
	@$(BIN)/schemaward check --staged --against HEAD --quiet
	@$(BIN)/schemaward codeowners --check --staged
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

environment: $(READY)

# The stamp keeps a copy of what was installed, so that a checkout that only touches the files costs nothing.
$(READY): pyproject.toml constraints.txt
	@cat $^ | cmp -s - $@ || { \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "schemaward needs Python 3.11 or newer: make PYTHON=python3.11 ...")' && \
	  echo 'installing into .venv (once)' >&2 && \
	  $(PYTHON) -m venv .venv && \
	  $(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'; }
	@cat $^ > $@
