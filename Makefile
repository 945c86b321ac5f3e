# `make demo` and `make test` each do all of their own set-up; they need Python 3.11 or 3.12 and make.
VENV ?= .venv
PYTHON ?= $(shell for p in python3.11 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null && echo $$p && break; done)
# What the tests install besides the core. Continuous integration installs every extra.
EXTRAS ?= dev
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help demo test check format bench soak nafld constraints clean

help:
	@printf 'make demo    a careless release refused, a careful one published, on made-up data\n'
	@printf 'make test    every test\n'
	@printf 'make check   format, lint, types, contract between rooms, docs in sync\n'
	@printf 'make bench   figures of docs/benchmarks.md, against named peers; SIZE=20 for 20 million rows\n'
	@printf 'make soak    every test, for hours: many more cases, and the calibration of the attackers\n'
	@printf 'make nafld   fetch the public cohort that docs/exemples/nafld uses\n'

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo 'vitrail needs Python 3.11 or 3.12: install it, or run make PYTHON=/path/to/python3.11'; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo 'Installing vitrail (a few minutes the first time)…'
	@$(PIP) --editable .
	@touch $@

DEV := $(VENV)/.with-$(EXTRAS)
$(DEV): $(VENV)/.core
	@echo 'Installing what the tests need…'
	@$(PIP) --editable '.[$(EXTRAS)]'
	@touch $@

demo: $(VENV)/.core
	@$(BIN)/vitrail demo

nafld: $(DEV)
	@$(BIN)/python docs/exemples/nafld/preparer.py

test: $(DEV) nafld
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/docs

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV)
	$(BIN)/python -m benchmarks $(SIZE)

soak: $(DEV)
	$(BIN)/python -m pytest --hypothesis-profile=soak -m 'soak or not soak'

constraints:
	$(PYTHON) -m venv $(VENV)-constraints
	$(VENV)-constraints/bin/python -m pip install --quiet 'torch==2.13.0' '.[spark,ocr,text,sas,excel,postgres,publish,dp,dev]'
	$(VENV)-constraints/bin/python -m pip freeze --exclude vitrail

clean:
	rm -rf $(VENV) $(VENV)-constraints build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
