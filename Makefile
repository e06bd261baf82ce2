# The logic is in workshop/, in Python. `make` alone lists what one can do.
.DEFAULT_GOAL := help
.PHONY: help demo check test e2e fix lock openapi bench clean
PYTHON ?= python3
PREPARE := $(PYTHON) workshop/prepare.py
VENV := .venv/bin

help:     ## list what one can do
	@sed -n 's/^\([a-z0-9]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16
demo:     ## the whole of it on this machine: PORT=8000; LAN=1 for phones on the network
	@$(PREPARE) python frontend && exec $(VENV)/konsento demo $(if $(LAN),--lan $(filter-out 1,$(LAN)))
check:    ## all that CI runs, cheapest first; stops at the first failure
	@$(PREPARE) && exec $(VENV)/python workshop/check.py
test:     ## the backend's tests on SQLite
	@$(PREPARE) python && exec $(VENV)/python workshop/check.py sqlite
e2e:      ## the journeys in a real browser
	@$(PREPARE) && exec $(VENV)/python workshop/check.py e2e
fix:      ## format, and mend what ruff can mend
	@$(PREPARE) python && $(VENV)/ruff check --fix-only --quiet . && $(VENV)/ruff format .
lock:     ## lock what pyproject.toml and package.json ask for; UPGRADE=1 the newest
	@$(PREPARE) python node && exec $(VENV)/python workshop/relock.py
openapi:  ## write backend/openapi.json and the types made from it
	@$(PREPARE) python node frontend && exec $(VENV)/python workshop/schema.py write
bench:    ## the benchmarks, each a ratio against a peer in the same run
	@$(PREPARE) python && exec $(VENV)/python workshop/bench.py
clean:    ## remove caches and the built front end; ALL=1 all that was installed too
	@exec $(PYTHON) workshop/clean.py
