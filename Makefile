# Everything a person or CI does with this repository. `make` alone prints help.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip
# each service is one folder whose module bears its name: services/face-detection/face_detection
SERVICE_PATHS := $(subst $() ,:,$(wildcard services/*/))

.DEFAULT_GOAL := help
.PHONY: help install demo up test check bench format lint types contracts security lock new-service clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.dev ## the local environment .venv, with all tools (others call it by themselves)

.venv/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 …" if sys.version_info < (3, 11) else 0)'
	@echo "making .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.run: .venv/.uv requirements/run.txt pyproject.toml
	@echo "installing what the engine and its services need …"
	@$(UV) install -q -p $(BIN)/python --require-hashes -r requirements/run.txt
	@$(UV) install -q -p $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "installing the tools of development …"
	@$(UV) install -q -p $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

lock: .venv/.uv ## pin the dependencies anew, with hashes, from pyproject.toml
	@for kind in "run --extra services" "dev --extra services --extra dev"; do set -- $$kind; name=$$1; shift; \
	  $(UV) compile -q --upgrade --generate-hashes --universal --no-header --python-version 3.11 \
	    $$@ pyproject.toml -o requirements/$$name.txt; done
	@echo "uv hatchling" | tr ' ' '\n' | $(UV) compile -q --upgrade --generate-hashes --universal --no-header \
	  --python-version 3.11 - -o requirements/uv.txt
