# The project from the console; `make` alone lists what there is. Needs Python 3.11 or newer with pip, and make.
.DEFAULT_GOAL := help
.PHONY: help report results test rehearsal faults pose explorer gallery lab bench bench-peers clean

VENV := .venv
RUN := $(VENV)/bin/python -m
STAMP := $(VENV)/.installed
# constraints.txt was resolved with 3.11, so the interpreters nearest to it come first. Override: make PYTHON=/path/to/python
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3 python; do \
	$$python -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

POSE_PYTHON ?= $(shell for python in python3.11 python3.12 python3 python; do \
	$$python -c 'import sys, venv; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && echo $$python && break; done)

NAME ?= synthetic
TITLE ?= Micro-gestures: $(NAME)
# other data may have no val split to learn weights on; -p folds 4 trains four times more instead
ENSEMBLE ?= $(if $(DATA),,-p folds 0)
EXPLORER := mglib/explorer/source
OUTPUTS = $(or $(MGLIB_RUNS),runs)/notebooks/$(NAME)-

# Real clips for the tests that want them, where they lie beside the project.
ifneq ($(wildcard ../shared/data/utd_mhad),)
MGLIB_UTD_MHAD ?= $(CURDIR)/../shared/data/utd_mhad
export MGLIB_UTD_MHAD
endif
ifneq ($(wildcard ../shared/data/msr_action3d),)
MGLIB_MSR_ACTION3D ?= $(CURDIR)/../shared/data/msr_action3d
export MGLIB_MSR_ACTION3D
endif

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  make report NAME=mine DATA="-p dataset utd_mhad -p data_root FOLDER" TRAIN="-p alpha 1.0"'
	@echo '  sets the parameters of the notebooks: DATA of 01 and 03, BRANCH of 02, TRAIN of 03, ENSEMBLE of 05, REPORT of 06.'
	@echo '  make results RESULTS="--utd-mhad FOLDER --only utd --seeds 3" trains a part; --read trains nothing.'
	@echo '  05 runs for data of your own where ENSEMBLE is given, such as "-p folds 4": four trainings more.'

# The embedded data are shown in minutes, in less than the 120 epochs that a training has by default: joints learn fast, so
# their branch goes ahead alone; video learns slowly, so it sees the joints' maps earlier.
report: BRANCH ?= $(if $(DATA),,-p branch pose -p epochs 30)
report: TRAIN ?= $(if $(DATA),,-p epochs 26 -p apart 0.5 -p init_pose "$(NAME)-pose")
report: $(STAMP) ## explore the embedded synthetic data, train, look at the confusions, ensemble, write reports/NAME
	$(RUN) mglib.notebook 01_explore_data $(DATA) -o "$(OUTPUTS)01_explore_data.ipynb"
	$(if $(BRANCH),$(RUN) mglib.notebook 02_pretrain $(DATA) $(BRANCH) -p name "$(NAME)" -p resume True -o "$(OUTPUTS)02_pretrain.ipynb")
	$(RUN) mglib.notebook 03_train $(DATA) $(TRAIN) -o "$(OUTPUTS)03_train.ipynb"
	$(RUN) mglib.notebook 04_explore_confusions -o "$(OUTPUTS)04_explore_confusions.ipynb"
	$(if $(ENSEMBLE),$(RUN) mglib.notebook 05_ensemble $(ENSEMBLE) -o "$(OUTPUTS)05_ensemble.ipynb")
	$(RUN) mglib.notebook 06_report -p name "$(NAME)" -p title "$(TITLE)" $(REPORT) -o "$(OUTPUTS)06_report.ipynb"
	@$(RUN) mglib.runs.timing "$(OUTPUTS)01_explore_data.ipynb" $(if $(BRANCH),"$(OUTPUTS)02_pretrain.ipynb") "$(OUTPUTS)03_train.ipynb" "$(OUTPUTS)04_explore_confusions.ipynb" \
		$(if $(ENSEMBLE),"$(OUTPUTS)05_ensemble.ipynb") "$(OUTPUTS)06_report.ipynb"
	@echo "The report: $(or $(MGLIB_REPORTS),$(CURDIR)/reports)/$(NAME)/index.html"

results: $(STAMP) ## train the defaults, five seeds, and print the tables of docs/results.md; it goes on where it stopped
	$(RUN) benchmarks.results $(RESULTS)

test: $(STAMP) ## run the whole suite: lint, format, direction of imports, stripped notebooks, pytest
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(VENV)/bin/lint-imports --no-cache
	$(RUN) nbstripout --verify notebooks/[0-9]*.ipynb
	$(RUN) pytest -m speed tests/e2e
	$(RUN) pytest -m "not speed and not rehearsal" -n logical --maxprocesses 4 --dist worksteal

rehearsal: $(STAMP) ## run what a GPU will be asked for, preset paper at full size, on this CPU and a handful of clips
	$(RUN) pytest -m rehearsal

faults: $(STAMP) ## kill trainings, sweeps, reports at random moments, let them go on, compare; SEED=1 draws others
	$(RUN) tests.faults --seed $(or $(SEED),0)

pose: ## install MediaPipe, for key points from video, into an environment of its own, .cache/pose (Python 3.11 or 3.12)
	@test -n "$(POSE_PYTHON)" || { echo "MediaPipe with models inside needs Python 3.11 or 3.12: make pose POSE_PYTHON=/path/to/python."; exit 1; }
	$(POSE_PYTHON) -m venv --clear .cache/pose
	.cache/pose/bin/python -m pip install --disable-pip-version-check --no-deps -r mglib/data/pose/requirements.txt

explorer: ## check the explorer's source and write explorer.js from it, for those who change it; needs Node 20.19 or newer with npm
	@command -v npm >/dev/null || { echo "npm was not found: install Node 20.19 or newer (nodejs.org, conda, apt install nodejs npm)."; exit 1; }
	npm ci --prefix $(EXPLORER)
	npm run check --prefix $(EXPLORER)
	npm run bundle --prefix $(EXPLORER)

gallery: $(STAMP) ## make docs/gallery.md and the pictures of the README from what `make report` left; needs Chromium
	$(VENV)/bin/python docs/gallery.py --runs "$(or $(MGLIB_RUNS),runs)" --reports "$(or $(MGLIB_REPORTS),reports)"

lab: $(STAMP) ## open JupyterLab on notebooks/README.md, which says what each notebook is for
	$(RUN) jupyterlab --LabApp.default_url="/lab/tree/notebooks/README.md?factory=Markdown%20Preview"

bench: $(STAMP) ## print the benchmarks; beside mmaction2 where `make bench-peers` has installed it
	@for name in heatmaps pipeline steps refinement frames xlsx writing analysis gpu; do $(RUN) benchmarks.$$name && echo || exit 1; done

bench-peers: $(STAMP) ## install what the benchmarks compare with into an environment of its own, .cache/peers
	$(RUN) venv --clear .cache/peers
	.cache/peers/bin/python -m pip install --disable-pip-version-check -r benchmarks/peers.txt

clean: ## remove the virtual environment and the caches; runs/ and reports/ stay
	rm -rf $(VENV) .cache .pytest_cache .ruff_cache build *.egg-info $(EXPLORER)/node_modules
	find mglib tests benchmarks notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# Made once and reused until pyproject.toml or constraints.txt changes.
$(STAMP): pyproject.toml constraints.txt
	@$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || { \
		test -n "$(PYTHON)" || { \
			echo "No Python 3.11 or newer was found: install one, or name it: make PYTHON=/path/to/python."; exit 1; }; \
		echo "Making $(VENV) with $$($(PYTHON) --version)"; \
		$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { \
			$(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(VENV)/bin/python install pip; }; }
	$(RUN) pip install --disable-pip-version-check -c constraints.txt -e ".[test]"
	@touch $@
