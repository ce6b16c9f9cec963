"""`backup` and `restore`: one archive with the database and the files, taken while the server runs."""

from __future__ import annotations

import click

from assetpool.cli import frame
from assetpool.cli.archive import pack, unpack


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=str))
@frame.json_option
@frame.act
def backup(file: str, as_json: bool) -> None:
    """Write the database and the files as they stand now into FILE; the server may go on."""
    made = pack(file)
    frame.show(made, as_json, [f"{file}: {made['rows']} rows in {made['tables']} tables, {made['files']} files."])


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=str))
@frame.json_option
@frame.act
def restore(file: str, as_json: bool) -> None:
    """Bring a backup back into an empty database, on either engine."""
    made = unpack(file)
    frame.show(made, as_json, [f"{made['rows']} rows in {made['tables']} tables and {made['files']} files are back."])
