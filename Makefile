SHELL := /bin/bash
PY := .venv/bin/python
export IBM_TELEMETRY_DISABLED := true
export PYTHONDONTWRITEBYTECODE := 1
WORKERS ?= 2
# tests of the domain that stand in the rooms whose rules they are
PURE := evidence/test_canonical_json.py evidence/test_chain.py evidence/test_merkle.py evidence/test_pack.py \
  evidence/test_attacks.py evidence/test_passkey.py pdf/test_linebreak.py pdf/test_diagrams.py frontend/test_shell.py \
  reach/test_domain.py imports/test_identity.py contracts/test_offer.py documents/test_difference.py

.PHONY: help install install-dev frontend migrate demo run test coverage check format bench million soak tck docs clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.run: requirements.txt
	@test -x $(PY) || python3 -m venv .venv
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.venv/bin/hegui: .venv/.run Makefile
	@printf '#!/bin/sh\nexec "%s/.venv/bin/python" -m webapp.cli "$$@"\n' "$(CURDIR)" > $@ && chmod +x $@

node_modules/.installed: package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

webapp/static/dist/.built: node_modules/.installed $(shell find webapp/frontend -type f 2>/dev/null)
	@npm run --silent build
	@touch $@

install: .venv/.run .venv/bin/hegui ## install what the server needs
install-dev: .venv/.dev .venv/bin/hegui ## install what checks and tests need
frontend: webapp/static/dist/.built ## build scripts and styles

run: install frontend ## install, build, migrate, load the demo company, serve on http://127.0.0.1:8000
	@$(PY) wsgi.py

test: install-dev frontend ## run the tests on SQLite, PostgreSQL and Chromium
	@bash tests/system.sh
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup

coverage: install-dev ## every branch of engine, FEEL and decisions is tested by its own room, 92 % of the domain, or this fails
	@$(PY) -m pytest tests/engine tests/feel tests/decisions -q -n $(WORKERS) --cov-branch \
	  $(addprefix --cov=webapp/,engine feel decisions) --cov-report=term-missing:skip-covered --cov-fail-under=100
	@$(PY) -m pytest tests/domain tests/law $(addprefix tests/,$(PURE)) -q -n $(WORKERS) -m "not postgresql and not browser" \
	  --cov-branch --cov=webapp/domain --cov-report=term-missing:skip-covered --cov-fail-under=92

check: install-dev ## style, types, layers, lock files, migrations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@PYTHONPATH=. .venv/bin/lint-imports

tck: install ## run the DMN compatibility kit in the folder TCK=DIR; writes the list of passed cases
	@$(PY) -m webapp.cli tck "$(TCK)" --reasons --passed tests/feel/tck-passed.txt

bench: install-dev node_modules/.installed ## measure, write docs/figures.md, fail over a limit
	@$(PY) -m tests.bench

million: install-dev ## measure the lists over a million tasks on both databases: half an hour, ten gigabytes
	@$(PY) -m tests.bench tests/million

soak: install-dev node_modules/.installed ## long fuzzing and the like, not part of test
	@$(PY) -m tests.bench tests/soak

docs: install-dev frontend ## take the pictures of the README and the how-tos anew
	@$(PY) -m tests.pictures

format: install-dev ## rewrite the code in the house's format
	@$(PY) -m ruff check --fix-only -q .
	@$(PY) -m ruff format -q .

clean: ## remove what was built
	rm -rf webapp/static/dist .pytest_cache .mypy_cache .ruff_cache

migration: install-dev ## write what the models changed as a new migration: make migration SLUG=noun
	@$(PY) -m webapp.cli migration --slug "$(SLUG)"
	@$(PY) -m ruff check --fix-only -q migrations; $(PY) -m ruff format -q migrations
