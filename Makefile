# Two commands do all the set-up: `make demo` runs the main job, `make test` passes the tests.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LINE   ?= lines/vladivostok-rason
ARGS   ?=

# Exact versions, for the build backend too.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-full lint bench shots browser clean

help:
	@echo 'make demo    serve the shipped train at http://127.0.0.1:8000, with an illustrative season'
	@echo 'make test    lint and run all tests'
	@echo 'make test-full  kill a selling process a hundred times on each database'
	@echo 'make lint    ruff and mypy'
	@echo 'make bench   measure speed, as ratios to a baseline of the same run'
	@echo 'make shots   take the README'"'"'s screenshots again'

demo: $(VENV)/.run
	$(BIN)/rerail serve $(LINE) --demo $(ARGS)

test: $(VENV)/.test browser lint
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

test-full: $(VENV)/.test
	RERAIL_FULL=1 $(BIN)/python -m pytest -s tests/sale/test_kill.py $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@# Each folder of tests is a set of top-level modules of its own (conftest.py stands in several).
	@for tests in tests/*.py $$(dirname tests/*/*.py | sort -u); do $(BIN)/mypy --no-error-summary $$tests || exit 1; done

bench: $(VENV)/.test
	$(BIN)/python -m bench $(ARGS)

shots: $(VENV)/.test browser
	$(BIN)/python docs/shots/take.py

# The tests drive a real browser; as root this installs it, otherwise it says how and stops.
browser:
	@if [ -x /usr/bin/chromium ] && fc-list 2>/dev/null | grep -qi 'noto.*cjk'; then :; \
	elif [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    chromium fontconfig fonts-noto-core fonts-noto-cjk >/dev/null; \
	else \
	  echo 'The tests drive Chromium. Install it and the fonts once, then run make again:'; \
	  echo '  sudo apt-get install --no-install-recommends chromium fontconfig fonts-noto-core fonts-noto-cjk'; \
	  exit 1; \
	fi

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	 $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'Rerail needs Python 3.11 or newer with venv. On Debian 12, once:'; \
	  echo '  sudo apt-get install make git python3-venv'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
