"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

from engine.program import ENGINE_VARIABLE

Engine = Annotated[
    str, typer.Option("--engine", envvar=ENGINE_VARIABLE, help="Address of the engine.")
]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder for the outputs.")]
OUTPUT_FOLDER = Path("out")

Data = Annotated[
    Path | None, typer.Option(help="Folder of the stores.  [default: DATA_DIR or data]")
]
