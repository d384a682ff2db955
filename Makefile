# Every target works on a machine with Python 3.11 or later, make and git alone; `make PYTHON=python3.12` names another.
PYTHON = python3
RUN = .venv/bin/python
ENVIRONMENT = .venv/installed
# Google's libraries double the time that Beam takes to import, in every process, so that they live apart: one test wants them.
DATAFLOW = .venv/dataflow/installed
# So does torch, which takes 3 GB: tests of training an encoder and of Detoxify want it.
JUDGES = .venv/judges/installed

.PHONY: demo test faults judges lint types layers clean

demo: $(ENVIRONMENT)
	rm -rf out/demo
	.venv/bin/tamis run examples/demo.yaml

test: $(ENVIRONMENT) $(DATAFLOW)
	$(RUN) -m pytest -m "not faults"

# Runs that are killed, starved and poisoned, three minutes of them.
faults: $(ENVIRONMENT)
	$(RUN) -m pytest -m faults

judges: $(JUDGES)
	.venv/judges/bin/python -m pytest tests/classifiers

lint: $(ENVIRONMENT)
	.venv/bin/ruff check
	.venv/bin/ruff format --check

types: $(ENVIRONMENT)
	.venv/bin/mypy

layers: $(ENVIRONMENT)
	.venv/bin/lint-imports

clean:
	rm -rf .venv out

# uv takes a third of pip's time. It does not read pip's configuration files, so that it may find no index where pip does.
# Bytecode is compiled at once, as pip does: without it Beam takes twice as long to import, in every process of every run.
$(ENVIRONMENT): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tamis needs Python 3.11 or later: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	.venv/bin/uv pip install --compile-bytecode --python $(RUN) -c constraints.txt -e '.[dev]' || { \
		echo 'uv could not install; now pip tries, which takes longer' >&2; \
		$(RUN) -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'; }
	touch $(ENVIRONMENT)

$(DATAFLOW): $(ENVIRONMENT)
	$(PYTHON) -m venv .venv/dataflow
	.venv/bin/uv pip install --compile-bytecode --python .venv/dataflow/bin/python -c constraints.txt -e '.[dataflow]' || \
		.venv/dataflow/bin/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dataflow]'
	touch $(DATAFLOW)

$(JUDGES): $(ENVIRONMENT)
	$(PYTHON) -m venv .venv/judges
	.venv/bin/uv pip install --compile-bytecode --python .venv/judges/bin/python -c constraints.txt -e '.[dev,detoxify,train]' || \
		.venv/judges/bin/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev,detoxify,train]'
	touch $(JUDGES)
