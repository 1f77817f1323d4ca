PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
BENCH  := $(VENV)/.installed-bench
SPARK  := $(VENV)/.installed-spark
PROOF  := .venv-proof/.installed
DEMO   := build/demo
LOCKED := --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Tests of what is done otherwise where pfds-accelerator is not installed.
PLAIN  := tests/test_vectors.py tests/test_intake_csv.py tests/test_csv_mending.py tests/test_intake_jsonl.py \
          tests/test_oracle_drawn.py tests/test_oracle_jsonl.py tests/test_real_files.py tests/test_hostile.py tests/test_mentions.py tests/test_protected_names.py

.PHONY: help setup demo test suite programs fuzz guided faults canaries edits mutants reproducible proof sbom long vectors cluster bench bench-full lint build examples messages iso-codelists lock clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: $(STAMP)  ## make .venv with the locked dependencies and the command pfds

$(STAMP): requirements.lock pyproject.toml accelerator/pyproject.toml $(wildcard accelerator/pfds_accelerator/*.p[xy][dx])
	@echo "Installing the locked dependencies into $(VENV) (once, a minute or two) …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-build-isolation --no-deps --editable .
	@$(PIP) --no-build-isolation --no-deps ./accelerator \
	  || echo "Doing without pfds-accelerator, for it could not be compiled: large files take longer."
	@touch $@

demo: setup  ## validate the Kloop case, build a public release of it, verify it
	@rm -rf $(DEMO)
	$(BIN)/pfds validate examples/kloop-2025
	$(BIN)/pfds release build examples/kloop-2025 --store $(DEMO) --version 2025.11.0 --as-of 2025-11-05
	$(BIN)/pfds release verify $(DEMO)/2025.11.0
	@echo "Look at $(DEMO)/2025.11.0/README.md, data/claims.csv, pictures/index.en.html and codebook/codebook.en.html."

test: setup programs  ## run linters and the whole test suite
	@$(MAKE) --no-print-directory --jobs 2 lint suite

suite: setup
	$(BIN)/pfds schema build --check
	MAKEFLAGS= PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -m "not long and not cluster" --numprocesses auto --dist loadfile --no-loadscope-reorder
	PFDS_ACCELERATOR=off $(BIN)/pytest -m "not long and not cluster" --numprocesses auto $(PLAIN)

programs:
	@tests/install_programs.sh

fuzz: setup  ## damaged input for a minute (FUZZ="--seconds 3600 --seed 7")
	PYTHONPATH=tests $(BIN)/python -m fuzz --replay $(FUZZ)

guided: $(PROOF)  ## input for the readers of text that reaches more and more of their code (GUIDED="csv_file --runs 1000000")
	PYTHONPATH=tools:tests .venv-proof/bin/python -B -m fuzz.guided $(or $(GUIDED),csv_file)

faults: setup programs  ## make the calls of the commands that write fail, one at a time (hours; go on with START=n)
	cd tests && PYTHONPATH=. ../$(BIN)/python -B -m faults --seed $(or $(SEED),1) --start $(or $(START),0)
	cd tests && PYTHONPATH=. ../$(BIN)/python -B -m faults.others --seed $(or $(SEED),1)

canaries: setup  ## releases full of canaries, none of which may leak or be missing (CANARIES="--seed 5 --seasons 3")
	PYTHONPATH=tests $(BIN)/python -B -m canaries $(CANARIES)

edits: setup  ## a hundred thousand edits of a signed store, all of which verify must tell (EDITS="--seed 5 --start 2600")
	PYTHONPATH=tests $(BIN)/python -B -m edits $(EDITS)

mutants: setup  ## the code with one thing changed at a time, which a test must notice (MUTANTS="--area store --start 900")
	PYTHONHASHSEED=0 PYTHONPATH=tests $(BIN)/python -B -m mutants $(MUTANTS)

reproducible: setup  ## the same release in other time zones, locales and with other hash seeds (REPRODUCIBLE="--seed 20")
	PYTHONPATH=tests $(BIN)/python -B -m identical $(REPRODUCIBLE)

proof: setup programs  ## a short version of everything that docs/proof.md gives numbers for
	$(BIN)/pytest tests/test_canaries.py tests/test_edits.py tests/test_faults.py tests/test_identical.py tests/test_fuzz.py tests/test_mutants.py

long: setup  ## run the tests that take long
	$(BIN)/pytest -m long --numprocesses auto

$(BENCH): $(STAMP) requirements-bench.lock
	@$(PIP) --require-hashes --requirement requirements-bench.lock
	@touch $@

$(SPARK): $(STAMP) requirements-spark.lock
	@$(PIP) --require-hashes --requirement requirements-spark.lock
	@touch $@

bench: $(BENCH)  ## compare our speed with others on 100,000 events, under 10 minutes
	$(BIN)/python -m benchmarks.run --short

bench-full: $(BENCH)  ## the same on a million events, and ours on ten million (about an hour, 15 GB of disk)
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.run --large

vectors: setup  ## run the conformance vectors through our engine and the outside judges
	$(BIN)/pytest tests/test_vectors.py tests/test_rules.py tests/test_edtf.py

cluster: $(SPARK)  ## run the tests of the engine spark (needs Java 17 or later)
	@java -version
	$(BIN)/pytest tests/test_spark.py

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

build: setup  ## regenerate datapackage/ from schema/
	$(BIN)/pfds schema build

examples: setup  ## regenerate the JSON document of the Kloop case from its CSV files
	$(BIN)/python tools/example_document.py

messages: setup  ## bring the files of translations up to date with all texts
	$(BIN)/python tools/messages.py
	$(BIN)/pfds schema build

iso-codelists: setup  ## regenerate the ISO codelists from pycountry and Babel
	$(BIN)/python tools/iso_codelists.py schema/codelists

lock:  ## choose newer versions of the dependencies (needs uv)
	uv pip compile pyproject.toml --extra dev $(LOCKED) --upgrade --output-file requirements.lock
	uv pip compile pyproject.toml --extra bench --constraint requirements.lock $(LOCKED) --output-file requirements-bench.lock
	uv pip compile pyproject.toml --extra spark --constraint requirements.lock $(LOCKED) --output-file requirements-spark.lock
	uv pip compile pyproject.toml --extra proof --constraint requirements.lock $(LOCKED) --output-file requirements-proof.lock

$(PROOF): requirements-proof.lock
	@$(PYTHON) -m venv .venv-proof
	@.venv-proof/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

sbom: $(PROOF)  ## make sbom.cdx.json, the parts list, from requirements.lock
	.venv-proof/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	  --sv 1.6 -o - | $(PYTHON) tools/sbom.py requirements.lock > sbom.cdx.json.new
	@mv sbom.cdx.json.new sbom.cdx.json

clean:  ## remove what was built
	rm -rf build dist $(VENV) .venv-proof
