# The front door. `make` alone lists what there is.
# Debian's own Python, where it can make environments: what installations use, and built with the optimisations that others often lack.
PYTHON ?= $(shell /usr/bin/python3.11 -c "import venv, ensurepip" 2>/dev/null && echo /usr/bin/python3.11 || command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
DATA   ?= data
JOBS   ?= 2
CODE   := src tests benchmarks tools
# Statements of an act before which it is killed (0: each), and seconds of random kills.
KILLS  ?= 12
SOAK   := GONGKAI_SOAK=1 GONGKAI_SOAK_MOST=$(KILLS) GONGKAI_SOAK_SECONDS=30
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Workers and the commands that tests start share what one of them compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install setup demo demo-full demo-reset test test-all simulate year check identity faces security handbook-pictures bench bench-large kills soak rehearsal bundle lock format clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

PYTHON_OK = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; point to one with PYTHON=/path/to/python3.11"; exit 1; }

$(VENV)/.base: requirements/base.txt requirements/uv.txt pyproject.toml
	@$(PYTHON_OK)
	@$(PYTHON) tools/install.py $(VENV) requirements/base.txt --own
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@$(PYTHON) tools/install.py $(VENV) requirements/dev.txt
	@PYTHON=$(BIN)/python sh tools/system.sh
	@touch $@

install: $(VENV)/.base ## make .venv with what running needs (some 350 MB), without test tools

setup: $(VENV)/.dev ## make .venv with what running and testing needs, for developers (some 800 MB)

demo: $(VENV)/.base ## serve the sample city on http://127.0.0.1:8000 (PORT=, DATA=); keeps its data
	@GONGKAI_DATA=$(DATA) $(BIN)/gongkai demo --port $(PORT)

demo-full: $(VENV)/.base ## the same with all units and two years (minutes); beside the small one, in DATA-full
	@GONGKAI_DATA=$(DATA)-full $(BIN)/gongkai demo --full --port $(PORT)

demo-reset: $(VENV)/.base ## start the sample city over
	@GONGKAI_DATA=$(DATA) $(BIN)/gongkai demo --port $(PORT) --reset

test: setup ## run all tests: what touches the database's own ways on PostgreSQL, then everything on SQLite; what they took, by folder
	@$(BIN)/python tools/times.py --clear
	@$(BIN)/python tools/with_postgres.py $(BIN)/pytest -n $(JOBS) -m "postgres and not slow"
	@$(BIN)/pytest -n $(JOBS) -m "not slow"; code=$$?; $(BIN)/python tools/times.py; exit $$code

test-all: setup ## run everything twice: on SQLite and on PostgreSQL
	@$(BIN)/python tools/with_postgres.py $(BIN)/pytest -n $(JOBS)
	@$(BIN)/pytest -n $(JOBS)

simulate: setup ## play seeded years of an office through its own acts, 80 s each: YEARS=3 (SEED=1, DATABASE=postgres); acts reached, findings
	@PYTHONPATH=src:tests:. $(if $(filter postgres,$(DATABASE)),$(BIN)/python tools/with_postgres.py) $(BIN)/python -m simulation --years $(or $(YEARS),1) --seed $(or $(SEED),1) $(if $(LOG),--log $(LOG)) $(or $(MORE),--every 21 --steps 45)

year: setup ## a real year: whole notices (NOTICES="b01", FOLDER=…) imported and worked to the annual report by a scripted office
	@PYTHONPATH=src:tests:. $(BIN)/python -m simulation.real_year $(NOTICES) $(if $(FOLDER),--folder $(FOLDER))

check: setup ## the quick part: format of code, templates, CSS and JavaScript, lint, types, migrations, layers
	@$(BIN)/ruff format --check -q $(CODE) && $(BIN)/ruff check -q $(CODE) && sh tools/templates.sh --check && sh tools/static.sh --check && $(BIN)/mypy --no-error-summary && $(BIN)/python tools/migrations.py && $(BIN)/lint-imports --no-logo

identity: setup ## sign in by real servers of OpenID Connect, CAS and LDAP, set up in build/identity (KIND=oidc, cas or ldap: one of them)
	@sh tools/identity.sh $(KIND)

faces: setup ## judge pages and interfaces by others' tools: schemathesis, the Nu checker, axe, Lighthouse; larger type and exported files (KIND="api html": these; CITY=http://…: one that is served)
	@$(BIN)/python -m tools.faces $(KIND) $(if $(CITY),--city $(CITY))

security: setup ## run the tests that docs/security.md names for its rows
	@$(BIN)/pytest -q $$(grep -oE '`[a-z_/]+/test_[a-z_]+\.py`' docs/security.md | tr -d '`' | sort -u | sed 's#^#tests/#')

handbook-pictures: setup ## take the pictures of the handbook anew from the sample city (CITY=http://…: one that is served; PICTURES="today week": these)
	@GONGKAI_KEEP_PICTURES=1 GONGKAI_PICTURES="$(PICTURES)" GONGKAI_CITY="$(CITY)" $(BIN)/pytest -n0 -q -m slow tests/browser/test_pictures.py

bench: setup ## measure, an hour and more; prints the figures, writes bench.json and docs/ (PART="law annual": these alone)
	@$(BIN)/python -m benchmarks $(PART)

bench-large: setup ## a province on this machine: all its processes, PART=40 of its data, SECONDS=60 for each kill; figures, and what kills leave
	@$(BIN)/python -m benchmarks.large $(or $(PART),40) $(or $(SECONDS),60)

kills: setup ## kill each process of such a province again and again, SECONDS=600 each, PART=100 of its data; what was acknowledged must stand, once
	@$(BIN)/python -m benchmarks.large.again $(or $(PART),100) $(or $(SECONDS),600)

soak: setup ## kill imports, confirms, acts of publishing and requests, migrations and packages; count what was lost (SQLite, PostgreSQL)
	@$(BIN)/python -m benchmarks.soak
	@$(SOAK) $(BIN)/pytest -n0 -q -rA --no-header tests/content/publishing/test_killed.py tests/work/requests/test_killed.py tests/content/migration/test_killed.py
	@$(SOAK) $(BIN)/python tools/with_postgres.py $(BIN)/pytest -n0 -q -rA --no-header tests/content/publishing/test_killed.py tests/work/requests/test_killed.py tests/content/migration/test_killed.py

rehearsal: setup ## walk docs/deploying.md on two machines of Debian, as root: install, kill, promote, restore, upgrade; write what was tried into it (apt-get install debootstrap systemd-container)
	@$(BIN)/python -m tools.rehearsal $(REHEARSE)

bundle: setup ## everything for a machine without network, in build/ (KEY=release.key signs it; ARCH=aarch64: the other kind of machine; IMAGE=docker: with the image of containers)
	@$(BIN)/python tools/bundle.py $(if $(KEY),--key $(KEY)) $(if $(ARCH),--arch $(ARCH)) $(if $(IMAGE),--image $(IMAGE)) $(if $(BASE),--base $(BASE))

format: setup ## format the code, the templates, CSS and JavaScript
	@$(BIN)/ruff check -q --fix $(CODE) ; $(BIN)/ruff format -q $(CODE) ; sh tools/templates.sh ; sh tools/static.sh

lock: setup ## lock the requirements again, with hashes and no package host's name
	@for f in base dev uv; do $(BIN)/uv pip compile -q --universal -p 3.11 --generate-hashes --no-emit-index-url --no-header requirements/$$f.in -o requirements/$$f.txt; done

clean: ## remove what was built (not the data)
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache src/*.egg-info bench.json bench-large.json
