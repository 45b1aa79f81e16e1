# Thin names for scripts/ and dev/; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test test-bench lint format bench drill record
PORT ?= 8000
export PORT DB

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## the environment for demo, tests and lint, without starting anything
	@scripts/setup demo test lint

demo: ## a company with data on http://127.0.0.1:8000 (PORT=…, DB=mysql://user:password@host:3306 for MariaDB)
	@scripts/setup demo
	@scripts/in-env python -m dev.demo

demo-reset: ## the same, from the beginning
	@scripts/setup demo
	@scripts/in-env python -m dev.demo --reset

test: ## everything on SQLite, and on MariaDB when one is reachable (ARGS="-k invoice")
	@scripts/setup test
	@scripts/test $(ARGS)

test-bench: ## the same suite on a genuine bench: make test-bench BENCH=/path SITE=name [URL=http://…]
	@scripts/test-bench "$(BENCH)" "$(SITE)" "$(URL)" $(ARGS)

lint: ## ruff, mypy and the architecture tests
	@scripts/setup test lint
	@scripts/lint

format: ## rewrite the sources as ruff wants them
	@scripts/setup lint
	@scripts/in-env ruff check --fix -q .
	@scripts/in-env ruff format -q .

bench: ## measurements, see benchmarks/README.md
	@scripts/setup test
	@scripts/in-env python -m benchmarks

drill: ## backup, loss and restore of the demo site, timed and compared
	@scripts/setup demo
	@scripts/in-env python -m dev.drill

record: ## record our own golden answers from a genuine bench: make record BENCH=/path SITE=name URL=http://…
	@scripts/record "$(BENCH)" "$(SITE)" "$(URL)"
