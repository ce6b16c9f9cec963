"""Making the demonstration world: the beginning, the Universiade loan, and the present as a newcomer finds it."""

from __future__ import annotations

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import N_, DomainError
from assetpool.demo import founding, papers, present, universiade
from assetpool.demo.scene import ZONE, Scene
from assetpool.org.queries import the_pool


class NotDemonstration(DomainError):
    """A real installation never gets invented data."""

    sentence = N_("The demonstration world is made only where ENVIRONMENT=demo. A real pool starts with: flask --app wsgi init --pool NAME --admin USER")


class PoolThere(DomainError):
    """A database holds one pool, and a demonstration never mixes with a real one."""

    sentence = N_("This database already holds the pool “%(name)s”. Name an empty one for the demonstration: DATABASE_URL.")


def load(environment: str, data_dir: str, address: str) -> Scene:
    """Make the demonstration world in an empty migrated database; raise NotDemonstration, PoolThere."""
    if environment != "demo":
        raise NotDemonstration
    known = the_pool(db.session())
    if known is not None:
        raise PoolThere(name=known.name)
    scene = Scene(clock.today(ZONE), data_dir, address)
    papers.prepare()
    founding.found(scene)
    universiade.play(scene)
    present.play(scene)
    return scene
