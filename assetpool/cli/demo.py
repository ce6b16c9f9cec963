"""`demo`: the demonstration world and its sign-ins."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext

from assetpool.cli import frame
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.demo import crowd
from assetpool.demo.load import NotDemonstration, load
from assetpool.demo.people import INVITED, SIGN_INS

demo = AppGroup("demo", help="The demonstration world: an invented city whose pool was lived in.")


@demo.command("load")
@click.option("--assets", "more", type=int, default=0, metavar="N", help="Bring in so many more assets, for trials under load.")
@frame.json_option
@frame.act
def load_world(more: int, as_json: bool) -> None:
    """Make the demonstration world in an empty database (only where ENVIRONMENT=demo)."""
    began = time.monotonic()
    if more < 0:
        raise FieldInvalid(field=Word("--assets"), problem=Word(N_("enter 0 or more.")))
    scene = load(current_app.config["ENVIRONMENT"], current_app.config["DATA_DIR"], current_app.config["PUBLIC_URL"])
    if more:
        crowd.bring(scene, more)
    seconds = round(time.monotonic() - began, 1)
    made = {"organizations": len(scene.organizations), "people": len(scene.people), "stores": len(scene.stores), "kinds": len(scene.kinds), "more_assets": more}
    frame.show({**made, "seconds": seconds}, as_json, [gettext("The demonstration world is ready (%(seconds)s seconds).", seconds=seconds)])


@demo.command("sign-ins")
@frame.json_option
@frame.act
def sign_ins(as_json: bool) -> None:
    """Print who can sign in to the demonstration world, with their passwords."""
    if current_app.config["ENVIRONMENT"] != "demo":
        raise NotDemonstration
    data = [{"name": one.name, "duty": gettext(one.duty), "user": one.login, "password": one.password} for one in SIGN_INS]
    width = max(len(one["user"]) for one in data)
    head = gettext("Sign in as one of these (password of all: %(password)s):", password=SIGN_INS[0].password)
    invited = gettext("An event organizer comes in without an account: %(link)s, code %(code)s (works once).", link=f"/o/{INVITED[0]}", code=INVITED[1])
    frame.show(data, as_json, [f"  {head}", *(f"    {one['user']:<{width}}  {one['name']}  {one['duty']}" for one in data), f"  {invited}"])
