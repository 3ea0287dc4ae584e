# What a person types. Each target works on a fresh clone: the first one that needs Python makes
# .venv and fills it from the lock files.

PORT ?= 8000
# Invented accounts with known passwords, for trying out; DEMO=0 make run opens an empty portal.
DEMO ?= 1
PYTEST ?=
VENV := .venv
PY := $(VENV)/bin/python
export PORT DEMO

.DEFAULT_GOAL := help
.PHONY: help run test journeys check bench faults vendor lock clean

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

run: $(VENV)/.runtime ## start the portal at http://localhost:8000 (PORT=… for another)
	@exec $(PY) manage.py up

test: $(VENV)/.development ## run the tests (PYTEST="-k search" adds options)
	@unset DEMO PORT; $(PY) -m pytest -n auto --dist worksteal $(PYTEST)

journeys: $(VENV)/.development ## walk through the portal in a browser
	@unset DEMO PORT; $(PY) -m pytest -n 2 --dist loadgroup -m journey $(PYTEST)

bench: $(VENV)/.development ## measure speed among 100,000 entries
	@unset DEMO PORT; $(PY) -m pytest -m bench $(PYTEST)

faults: $(VENV)/.development ## break parts on purpose, and count what is lost
	@unset DEMO PORT; $(PY) -m pytest -m fault $(PYTEST)

check: $(VENV)/.development ## linters, types, floors, migrations, deployment settings
	@unset DEMO PORT; PY=$(PY) sh .ci/check

vendor: $(VENV)/.development ## fetch the styles and scripts that static/vendor/vendor.json names
	@$(PY) manage.py vendor

lock: ## choose new versions of all libraries (needs uv)
	@for kind in "" "-dev"; do \
	  uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-strip-extras --no-emit-index-url --no-header $${kind:+--extra dev} \
	    pyproject.toml -o requirements$$kind.lock || exit 1; \
	done

clean: ## remove what can be made again, but no data
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.runtime: requirements.lock .ci/venv
	@sh .ci/venv $(VENV) requirements.lock
	@touch $@

$(VENV)/.development: requirements-dev.lock .ci/venv
	@sh .ci/venv $(VENV) requirements-dev.lock
	@touch $@
