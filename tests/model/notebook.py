"""Executes the code cells of model/train.ipynb in order, in the current folder, with values of the caller's choice.

    notebook.py NAME=VALUE…      VALUE is JSON and replaces what the cell of parameters says

The cell that clones the project is left out: the current folder has a model/ already.
"""

import json
import sys
from pathlib import Path

NOTEBOOK = Path(__file__).parents[2] / "model" / "train.ipynb"


def main(*assignments):
    values = {name: json.loads(value) for name, value in (each.split("=", 1) for each in assignments)}
    names = {}
    cells = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        assert not cell["outputs"] and cell["execution_count"] is None, "the notebook is committed without outputs"
        tags = cell["metadata"].get("tags", [])
        if "clone" not in tags:
            exec(compile("".join(cell["source"]), NOTEBOOK, "exec"), names)
        if "parameters" in tags:
            assert values.keys() <= names.keys(), f"the notebook has no {values.keys() - names.keys()}"
            names.update(values)


if __name__ == "__main__":
    main(*sys.argv[1:])
