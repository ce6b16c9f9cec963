"""The entry point for servers and for `flask --app wsgi`."""

from __future__ import annotations

import gc

from assetpool.app import create_app
from assetpool.core import jobs

app = create_app()
if app.config["SCHEDULED_WORK"]:
    jobs.keep_running(app)
# What stands now stays as long as the worker: without it the collector walks through all of it again and again while requests wait.
gc.collect()
gc.freeze()
