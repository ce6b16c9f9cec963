"""Take the README's pictures from a fresh demonstration world: `.venv/bin/python docs/make_pictures.py`. Needs Chromium; takes a minute or two."""

from __future__ import annotations

import io
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from flask import Flask
from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assetpool.app import create_app  # noqa: E402  (the folder must be on the path first)
from assetpool.cli import commands  # noqa: E402
from assetpool.core.db import db  # noqa: E402
from assetpool.demo.load import load  # noqa: E402
from assetpool.demo.people import PASSWORD  # noqa: E402
from assetpool.records.models import Document  # noqa: E402
from assetpool.requisitions.models import RequisitionLine  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 200_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@dataclass(frozen=True)
class Picture:
    """One picture: whose window, which page, language and size; `{request}`: the waiting one for 300 desks; `{counting}`: the stocktake."""

    name: str
    user: str
    path: str
    lang: str
    width: int = 1280
    height: int = 860


PICTURES = (
    Picture("today-en", "zhoumin", "/", "en"),
    Picture("today-zh", "zhoumin", "/", "zh"),
    Picture("catalogue-en", "yangfan", "/catalog", "en"),
    Picture("catalogue-zh", "yangfan", "/catalog", "zh"),
    Picture("decision-en", "zhoumin", "/requisitions/{request}", "en", height=1000),
    Picture("decision-zh", "zhoumin", "/requisitions/{request}", "zh", height=1000),
    Picture("savings-en", "xuning", "/savings?from=2022-01-01&to=2022-12-31&by=class", "en", height=1000),
    Picture("savings-zh", "xuning", "/savings?from=2022-01-01&to=2022-12-31&by=class", "zh", height=1000),
    Picture("keeper-phone-en", "liuqiang", "/", "en", 360, 740),
    Picture("keeper-phone-zh", "liuqiang", "/", "zh", 360, 740),
    Picture("floor-phone-en", "liuqiang", "/floor/back", "en", 360, 740),
    Picture("floor-phone-zh", "liuqiang", "/floor/back", "zh", 360, 740),
    Picture("count-phone-en", "liuqiang", "/stocktakes/{counting}/count", "en", 360, 740),
    Picture("count-phone-zh", "liuqiang", "/stocktakes/{counting}/count", "zh", 360, 740),
)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application on a free port; return its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def living(app: Flask) -> dict[str, str]:
    """Return the numbers of the waiting request for 300 desks and of the stocktake under way."""
    with app.app_context():
        wanted = select(Document.number).join(RequisitionLine, RequisitionLine.requisition_id == Document.id)
        request = db.session().scalars(wanted.where(Document.state == "stock_checked", RequisitionLine.asked == 300)).one()
        counting = db.session().scalars(select(Document.number).where(Document.kind == "ST", Document.state == "counting")).one()
        return {"request": request, "counting": counting}


def take(browser: Browser, address: str, picture: Picture, numbers: dict[str, str]) -> None:
    """Sign in, open the page and keep what a screen shows, in few colours."""
    context = browser.new_context(viewport={"width": picture.width, "height": picture.height}, locale=picture.lang, device_scale_factor=1)
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang={picture.lang}")
    page.fill("#username", picture.user)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{address}/")
    page.goto(address + picture.path.format(**numbers), wait_until="networkidle")
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    target = FOLDER / f"{picture.name}.png"
    for colours in (256, 128, 64):
        shot.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= LARGEST:
            break
    sys.stdout.write(f"{target.relative_to(ROOT)}  {target.stat().st_size // 1024} KB\n")


def main() -> None:
    """Make the world in a temporary folder and take every picture."""
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if program is None:
        sys.exit("Chromium is needed (Debian: apt-get install chromium).")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE_DIR": folder, "ENVIRONMENT": "demo"})
        commands.register(app)
        with app.app_context():
            upgrade()
            db.session.remove()
            load("demo", app.config["DATA_DIR"], app.config["PUBLIC_URL"])
        numbers = living(app)
        with served(app) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            for picture in PICTURES:
                take(browser, address, picture, numbers)
            browser.close()


if __name__ == "__main__":
    main()
