"""The built engine beside PyTorch: a model file that the two read differently must not be kept."""

import json
import os
import subprocess
from pathlib import Path

from sklearn.metrics import roc_auc_score

import reference

CLI = Path(__file__).parent.parent / "dist" / "package" / "cli.js"
NFILMS = 24  # at least, where there are as many
TOLERANCE = 1e-3  # in the log-odds of pneumonia and the scope score, relative where they exceed 1
ROUNDED = 5e-2  # the same where the network rounds a film that was resampled: a grey may fall on either side of a half


def add_argument(parser):
    parser.add_argument("--engine", default=CLI, help="the built command line that must read the file as PyTorch does")
    parser.add_argument("--unchecked", action="store_true", help="keep the file though no engine has read it")


def readings(cli, model, paths):
    """-> the engine's row for every film, a dict as `pneumoscope --json` prints it."""
    command = ["node", str(cli), "--json", "--threads", "1", "--model", str(model), *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if len(rows) != len(paths):
        raise SystemExit(f"the engine refuses {model}: {done.stderr.strip()}")
    return rows


def agreement(options, other, films):
    """-> how alike the engine's findings of films are by two model files: both AUCs, options.out's first; the share of
    equal decisions, and of equal classes at the threshold, band and scope apart. Films that the engine refuses do not
    count. None where no engine is wanted."""
    if options.unchecked:
        return None
    both = [readings(options.engine, model, [film.path for film in films]) for model in (options.out, other)]
    read = [(film.label, *rows) for film, *rows in zip(films, *both) if not any(row["error"] for row in rows)]
    labels, *both = zip(*read)
    equal = lambda answer: sum(answer(one) == answer(two) for one, two in zip(*both)) / len(read)
    return {
        "films": len(read),
        "auc": [round(roc_auc_score(labels, [row["logit"] for row in rows]), 5) for rows in both],
        "equal_decisions": equal(lambda row: row["decision"]),
        "equal_classes": equal(lambda row: row["probability"] >= row["threshold"]),
    }


def close(found, wanted, tolerance):
    return found is None or abs(found - wanted) <= tolerance * max(1, abs(wanted))


def refuse_unlike(options, films):
    """Removes options.out and ends the program where the engine's log-odds or scope score of one of NFILMS films are not
    PyTorch's."""
    if options.unchecked:
        return
    paths = [film.path for film in films[:: max(1, len(films) // NFILMS)]]
    try:
        if not Path(options.engine).exists():
            raise SystemExit("no engine is built that could check the file: npm run build, or --unchecked")
        for row, wanted in zip(readings(options.engine, options.out, paths), reference.answers(options.out, paths)):
            if row["error"]:
                raise SystemExit(f"{row['file']}: {row['error']}")
            tolerance = ROUNDED if wanted["rounded"] else TOLERANCE
            for key, found in {"logit": row["logit"], "scope score": row.get("scope", {}).get("score")}.items():
                if (found is None) != (wanted[key] is None) or not close(found, wanted[key], tolerance):
                    raise SystemExit(f"{row['file']}: {key}: PyTorch says {wanted[key]}, the engine {found}")
    except BaseException:
        os.remove(options.out)
        raise
