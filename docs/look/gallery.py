"""Serve the living gallery of all components, without a database: `python docs/look/gallery.py` and open http://127.0.0.1:8700/."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask import Flask, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, FieldList, FileField, FormField, IntegerField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.form import Form
from wtforms.validators import InputRequired, NumberRange

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from assetpool.core.money import yuan  # noqa: E402  (the folder must be on the path first)
from assetpool.custody import words as things  # noqa: E402
from assetpool.records import states  # noqa: E402

app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
app.config.update(SECRET_KEY="gallery", TEMPLATES_AUTO_RELOAD=True)
app.jinja_env.add_extension("jinja2.ext.i18n")
app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
CSRFProtect(app)
app.jinja_env.filters["state_word"] = lambda state: (states.STATE_WORDS | things.STATE_WORDS).get(state, state)
app.jinja_env.filters["state_look"] = lambda state: (states.STATE_LOOKS | things.STATE_LOOKS).get(state, "live")
app.jinja_env.filters["condition_word"] = lambda grade: things.CONDITION_WORDS.get(grade, grade)


def language() -> str:
    """Return the language asked for: zh or en."""
    return "en" if request.args.get("lang") == "en" else "zh"


def words() -> dict[str, str]:
    """Read the Chinese catalogue, or a tab-separated list named on the command line."""
    found: dict[str, str] = {}
    catalogue = ROOT / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
    if catalogue.exists():
        with catalogue.open("rb") as file:
            found.update({str(m.id): str(m.string) for m in read_po(file) if m.id and m.string})
    for path in sys.argv[1:]:
        for line in Path(path).read_text("utf-8").splitlines():
            if "\t" in line:
                msgid, _, text = line.partition("\t")
                found[msgid] = text
    return found


WORDS = words()


def say(text: str) -> str:
    """Translate one sentence for the page being drawn."""
    return WORDS.get(text, text) if language() == "zh" else text


app.jinja_env.install_gettext_callables(say, lambda one, many, n: say(one if n == 1 else many), newstyle=True)  # type: ignore[attr-defined]


@app.template_filter("wan")
def wan(amount: int) -> str:
    """Write fen in the large unit of the language."""
    sign = "−" if amount < 0 else ""
    return f"{sign}{abs(amount) / 1_000_000:,.2f} 万元" if language() == "zh" else f"{sign}CNY {abs(amount) / 100_000_000:,.2f} million"


app.add_template_filter(yuan, "yuan")
app.add_template_filter(lambda n: f"{n:,}", "count")


class Line(Form):  # type: ignore[misc]
    """One line of a request."""

    kind = StringField("Kind", [InputRequired("Say what is needed")])
    place = StringField("Place")
    quantity = IntegerField("Quantity", [InputRequired("Enter a whole number above 0"), NumberRange(min=1)])


class Request(FlaskForm):  # type: ignore[misc]
    """A form with every type of field."""

    name = StringField("Name", [InputRequired("Enter the name of the event")], description="As on the approval reply")
    first_day = DateField("First day", [InputRequired("Choose the first day")])
    store = SelectField("Store", choices=[("", "Any store"), ("c", "Central store"), ("e", "East branch")])
    lane = RadioField("Lane", choices=[("loan", "Borrow"), ("transfer", "Take over for good")], default="loan")
    budget = StringField("Budget")
    purpose = TextAreaField("Purpose")
    paper = FileField("Approval reply")
    terms = BooleanField("The damage prices were read", [InputRequired("Confirm the damage prices")])
    lines = FieldList(FormField(Line), "Lines", min_entries=2)


class SignIn(FlaskForm):  # type: ignore[misc]
    """Name and password."""

    username = StringField("User name", [InputRequired()])
    password = PasswordField("Password", [InputRequired()])


@app.context_processor
def frame() -> dict[str, Any]:
    """Provide what the layouts expect from the application."""
    zh = language() == "zh"
    items = [
        ("今日工作台", "Desk of the day", 6),
        ("资产目录", "Catalogue", 0),
        ("借用与调剂", "Borrowing", 0),
        ("交接与归还", "Hand-overs", 2),
        ("入仓", "Intake", 0),
        ("盘点", "Stocktakes", 0),
    ]
    proofs = [("节约台账", "Savings", 0), ("审计", "Audit", 0)]

    def group(caption: str, entries: list[tuple[str, str, int]], active: int = -1) -> dict[str, Any]:
        return {"caption": caption, "items": [{"label": z if zh else e, "url": "#", "active": i == active, "count": n} for i, (z, e, n) in enumerate(entries)]}

    person = {"name": "周敏" if zh else "Zhou Min", "organization": "市公物仓管理科" if zh else "Shared pool office, City Finance Bureau"}
    return {
        "lang": language(),
        "nav": [group("", items, 2), group("证明" if zh else "Proof", proofs)],
        "current_person": person,
        "demonstration": True,
        "pool_name": "市公物仓" if zh else "City asset pool",
        "htmx": False,
        "url_with_lang": lambda lang: url_for(str(request.endpoint), **{**(request.view_args or {}), "lang": lang}),
    }


@app.after_request
def strict(response: Any) -> Any:
    """Serve under the policy of the product: nothing inline, nothing from elsewhere."""
    response.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    return response


def days() -> list[dict[str, Any]]:
    """Give thirty days of free counts with a dip, and what a decision would leave."""
    start = date(2026, 12, 1)
    free = [412] * 6 + [380] * 5 + [398] * 9 + [412] * 10
    found = []
    for i, count in enumerate(free):
        day = start + timedelta(days=i)
        label = f"{day.month}月{day.day}日" if language() == "zh" else f"{day.day} {day:%b}"
        found.append({"label": label, "free": count, "after": count - 300 if 2 <= i <= 13 else count, "off": day.weekday() > 4, "today": i == 1})
    return found


@app.route("/", methods=["GET", "POST"])
def gallery() -> ResponseReturnValue:
    """Show all components once."""
    form = Request(MultiDict({"lines-0-kind": "办公桌 1.4 m", "lines-0-quantity": "300", "lines-1-quantity": "x"}), meta={"csrf": False})
    form.validate()
    if request.args.get("toast"):
        flash("300 张办公桌已预留" if language() == "zh" else "300 desks reserved", "done")
        flash({"text": "已移至 A 区 3 架" if language() == "zh" else "Moved to area A, shelf 3", "undo_url": "#"}, "info")  # type: ignore[arg-type]
        flash("空闲 286 把，申请 300 把" if language() == "zh" else "286 chairs are free, 300 were asked for", "error")
    return render_template("gallery.html", form=form, days=days(), rows=int(request.args.get("rows", 24)))


@app.get("/page/<page>")
def other(page: str) -> ResponseReturnValue:
    """Show the other frames: floor, sign-in, refusals."""
    if page == "floor":
        return render_template("gallery_floor.html")
    if page == "sign-in":
        people = [
            {"name": "周敏", "duty": "审批人", "login": "zhoumin", "password": "demo"},
            {"name": "王强", "duty": "仓库管理员", "login": "wangqiang", "password": "demo"},
        ]
        return render_template("sign_in.html", form=SignIn(), sign_ins=people)
    return render_template("errors/error.html", status=int(page), sentence="空闲 286 把，申请 300 把。改期至 12月8日，或用会议椅补足。")


if __name__ == "__main__":
    app.run(port=8700)
