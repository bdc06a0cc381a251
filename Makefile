# `make` tells what there is. Every target makes .venv when it is missing; PIP_* variables are honoured. Three JOBS keep two cores busy,
# for tests wait for servers a good part of their time.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 3
PATHS ?= tests
SEED ?= 0
LONG := tests/torture tests/web/test_many_letters.py tests/test_corpus.py # what has a long form: tests/torture/length.py

.DEFAULT_GOAL := help
.PHONY: help demo test torture score weights bench growth screenshots lint format install-test build audit constraints clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/demo.made ## the whole program on built-in mail servers with a sample mailbox
	@$(BIN)/swc-mailer demo

# Where no bytecode is kept, every program that a test starts compiles itself anew, and so do the tests.
test torture bench growth: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/dev.made test-servers mail-samples ## all tests, on real servers (JOBS=3, PATHS=tests)
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --durations 15 $(PATHS)

torture: $(VENV)/dev.made test-servers ## kill -9, broken lines, overlap, full disks and many letters, for about an hour (SEED=0: other chances with each)
	TORTURE=1 SEED=$(SEED) $(BIN)/pytest -n $(JOBS) --dist load --timeout 300 $(LONG)

score: $(VENV)/dev.made ## what the program decides for the labelled mails, by outcome and by field
	$(BIN)/python -m tests.corpus.score

weights: $(VENV)/train.made ## learn anew from the labelled mails what requests sound like and how people set numbers and places apart, after telling how that does on mails not seen
	$(BIN)/python -m tests.corpus.train --cross-validate
	$(BIN)/python -m tests.corpus.train
	$(BIN)/python -m tests.corpus.train_details --cross-validate
	$(BIN)/python -m tests.corpus.train_details

bench: $(VENV)/dev.made test-servers ## speed and memory: of reading, of the review pages, and of a mail's whole way beside its peers
	$(BIN)/python -m bench.reading
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.end_to_end

growth: $(VENV)/dev.made test-servers ## how cost and memory grow with mails and members, and the chart of docs/performance.md anew
	$(BIN)/python -m bench.growth --chart docs/pictures/growth.svg

screenshots: $(VENV)/dev.made test-servers ## the pictures of docs/review.md anew, from the demo, and those of docs/letters.md
	@.ci/need-commands pdftoppm=poppler-utils
	$(BIN)/python -m tests.web.screenshots
	$(BIN)/python -m tests.pictures_of_letters

lint: $(VENV)/dev.made ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/dev.made ## put the code into the one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install-test: $(VENV)/dev.made test-servers ## the README's ten minutes, word for word, with an empty home
	$(BIN)/pytest --timeout 600 tests/install

build: $(VENV)/release.made ## a wheel and its bill of materials (SBOM) in dist/, the same bytes from the same commit
	@.ci/build $(VENV)

audit: $(VENV)/release.made ## look the dependencies up among the known vulnerabilities
	@.ci/audit $(VENV)

constraints: ## pin the newest versions that pyproject.toml allows, in constraints.txt
	@.ci/pin-versions

clean: ## remove .venv and everything that was made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/pip:
	@.ci/make-venv $(VENV)

$(VENV)/demo.made: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[demo]'
	@touch $@

$(VENV)/dev.made: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/demo.made

$(VENV)/release.made $(VENV)/train.made: $(VENV)/%.made: pyproject.toml constraints.txt | $(VENV)/dev.made
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$*]'
	@touch $@

.PHONY: test-servers
test-servers:
	@.ci/need-commands dovecot=dovecot-imapd openssl=openssl faketime=faketime systemd-analyze=systemd chromium=chromium

.PHONY: mail-samples
mail-samples: $(VENV)/dev.made
	@.ci/fetch-mail-samples $(BIN)/python $(VENV)/mail-samples
