# Everything a developer types. The work is done by scripts/dev.py, which needs only a Python and its standard library.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell command -v $(name) 2>/dev/null)))
DEV = $(or $(PYTHON),$(error No Python was found. Install Python 3.11 to 3.14, on Debian or Ubuntu: apt install python3 python3-venv)) scripts/dev.py

.DEFAULT_GOAL := help
.PHONY: help run test bench soak drill check fix services services-stop requirements messages clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## the whole site on http://127.0.0.1:8000, from nothing (PORT=…, DEMO=36000)
	@exec $(DEV) run

test: ## the whole test suite, on SQLite and again on PostgreSQL where found (ARGS="tests/search -x")
	@exec $(DEV) test $(ARGS)

bench: ## the benchmarks: one table of ratios (SIZE=36000)
	@exec $(DEV) bench $(ARGS)

soak: ## the long ones: a cluster restarted under load, the benchmarks at 360 000 records
	@exec $(DEV) soak $(ARGS)

drill: ## back a site up, destroy it, restore it, and count what came back (ARGS="--size 36000")
	@exec $(DEV) drill $(ARGS)

check: ## lint, formats, types, templates, system checks, migrations, translations
	@exec $(DEV) check

fix: ## let ruff mend what it can
	@exec $(DEV) fix

services: ## PostgreSQL and Elasticsearch for development, on loopback (NODES=3)
	@exec $(DEV) services

services-stop: ## stop them (their data stays)
	@exec $(DEV) services-stop

requirements: ## compile requirements*.txt again from requirements*.in
	@exec $(DEV) requirements $(ARGS)

messages: ## collect and compile the translations (needs gettext)
	@exec $(DEV) messages

clean: ## remove caches and collected files; the database and .venv stay
	@exec $(DEV) clean
