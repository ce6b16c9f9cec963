"""A second reckoning of the savings report that shares no code with the program: it reads the exported CSV files and nothing else.

    python3 recompute.py FOLDER [--by event|organization|class|store|month|kind] [--basis adopted|purchase|rental|consumption] [--posted]

FOLDER holds entries.csv, acts.csv, shares.csv, costs.csv and things.csv of one question. Printed is JSON: rows and totals, per kind of saving and
standing, in fen. What running loans are worth beyond what is posted is no entry yet and is left out (the report names it `provisional_fen`).
"""

import csv
import json
import os
import sys

STANDINGS = ("A", "same_system", "B", "C", "proposed")
SERIES = ("adopted", "purchase", "rental", "consumption")
CLAIMS = ("claim", "accrual", "opening")


def read(folder, name):
    """Read one file; numbers become numbers, empty cells None."""
    numbers = {
        "entries": (
            "entry",
            "height",
            "act",
            "tranche",
            "count",
            "days",
            "cost",
            "reverses",
            "cost_fen",
            "lower_bound_fen",
            "purchase_fen",
            "rental_fen",
            "consumption_fen",
            "adopted_fen",
            "cap_fen",
        ),
        "acts": ("act", "line", "units", "valued_units", "opening", "same_system", "costed"),
        "shares": ("act", "tranche", "count", "begun_height"),
        "costs": ("cost", "amount_fen", "shared"),
        "things": ("tranche", "parent", "units", "parted_height"),
    }[name]
    with open(os.path.join(folder, name + ".csv"), encoding="utf-8-sig", newline="") as source:
        return [{k: (None if v == "" else int(v)) if k in numbers else v for k, v in row.items()} for row in csv.DictReader(source)]


def standing_of(act):
    """Say where an act stands; None for a rejected one, which counts nowhere."""
    if act["reviewed"] == "rejected":
        return None
    if act["opening"]:
        return "C"
    accepted = act["reviewed"] == "accepted" or (act["reviewed"] == "reversed" and act["last_decision"] == "accepted")
    if not accepted:
        return "proposed"
    if act["grade"] != "A":
        return act["grade"]
    return "same_system" if act["same_system"] else "A"


def add(first, second):
    return second if first is None else first if second is None else first + second


def key_of(act, by, month):
    return {"event": act["event"], "organization": act["receiver"], "class": act["class"], "store": act["store"], "month": month, "kind": act["kind"]}[by]


def reckon(folder, by="kind", basis="adopted", posted=False):
    """Return rows and totals of the question that the files answer; `posted`: over whole months, where entries stand in the month they were posted in."""
    acts = {act["act"]: act for act in read(folder, "acts")}
    entries, shares, things = read(folder, "entries"), read(folder, "shares"), read(folder, "things")
    for entry in entries:
        entry["month"] = entry["period"] if posted else entry["business_day"][:7]
    rows = places(acts, entries, shares, things, by, basis)
    totals = places(acts, entries, shares, things, "kind", basis)
    return {"by": by, "basis": basis, "rows": shown(rows), "totals": shown(totals), "costs": vouchers(folder, entries)}


def places(acts, entries, shares, things, by, basis):
    parts = {}
    for entry in entries:
        act = acts[entry["act"]]
        place = (key_of(act, by, entry["month"]), act["kind"])
        part = parts.setdefault((place, entry["act"]), {**dict.fromkeys(SERIES), "cost": None, "lower_bound": None, "claims": False})
        for series in SERIES:
            if entry[series + "_fen"] is not None:
                part[series] = add(part[series], entry["count"] * entry[series + "_fen"])
        part["cost"] = add(part["cost"], entry["cost_fen"])
        part["lower_bound"] = add(part["lower_bound"], entry["lower_bound_fen"])
        part["claims"] = part["claims"] or entry["what"] in CLAIMS
    found, standing_acts = {}, {}
    for (place, number), part in parts.items():
        act, stands = acts[number], standing_of(acts[number])
        if stands is None:
            continue
        row = found.setdefault(place, {name: empty() for name in STANDINGS})
        collect(row[stands], act, part, basis)
        if part["claims"] and act["reviewed"] != "reversed":
            standing_acts.setdefault((place, stands), set()).add(number)
            if act["opening"]:
                row[stands]["items"] += act["units"]
    for (place, stands), numbers in standing_acts.items():
        found[place][stands]["items"] += distinct(numbers, shares, things)
    return found


def empty():
    zeros = dict.fromkeys(("acts", "items", "item_loans", "valued", "costed", "costed_avoided", "costed_cost"), 0)
    return {**zeros, **dict.fromkeys(SERIES), "cost": None, "lower_bound": None}


def collect(row, act, part, basis):
    alive = part["claims"] and act["reviewed"] != "reversed"
    complete = act["costed"] and not act["opening"]
    row["acts"] += 1
    if alive:
        row["item_loans"] += act["units"]
        row["valued"] += act["valued_units"]
        row["costed"] += act["units"] if complete else 0
    for series in SERIES:
        row[series] = add(row[series], part[series])
    row["cost"], row["lower_bound"] = add(row["cost"], part["cost"]), add(row["lower_bound"], part["lower_bound"])
    if complete:
        row["costed_avoided"] += part[basis] or 0
        row["costed_cost"] += part["cost"] or 0


def distinct(numbers, shares, things):
    """Count each thing once: a unit by its label, the units of a lot by the tranches they came from."""
    tranche = {row["tranche"]: row for row in things}
    met = {}
    for share in shares:
        if share["act"] in numbers:
            met.setdefault(tranche[share["tranche"]]["tag"], []).append(share)
    leaves = {}
    for row in things:
        leaves.setdefault(row["tag"], []).append(row)
    count = 0
    for tag, of_tag in met.items():
        if len({share["act"] for share in of_tag}) == 1:
            count += sum(share["count"] for share in of_tag)
        elif leaves[tag][0]["form"] == "unit":
            count += 1
        else:
            begun = {}
            for share in of_tag:
                begun[share["tranche"]] = min(share["begun_height"], begun.get(share["tranche"], share["begun_height"]))
            count += sum(row["units"] for row in leaves[tag] if row["units"] and stood(row, tranche, begun))
    return count


def stood(row, tranche, begun):
    """Say whether the units of a tranche were in an act: itself, or when it was parted from a tranche that already was."""
    youngest = None
    while row is not None:
        since = begun.get(row["tranche"])
        if since is not None and (youngest is None or youngest > since):
            return True
        youngest = row["parted_height"] if youngest is None else min(youngest, row["parted_height"])
        row = tranche.get(row["parent"])
    return False


def rate_of(row):
    """Return the rate in lowest terms over acts with complete costs, None where the method says n/a."""
    if not row["item_loans"] or row["valued"] * 10 < row["item_loans"] * 9 or row["costed"] * 10 < row["item_loans"] * 9:
        return None
    avoided, cost = row["costed_avoided"], row["costed_cost"]
    if avoided <= 0 or cost == 0:
        return None
    above, below = avoided - cost, avoided
    first, second = abs(above), below
    while second:
        first, second = second, first % second
    return {"numerator": above // first, "denominator": below // first}


def shown(rows):
    answer = []
    for (key, kind), standings in sorted(rows.items(), key=str):
        for stands, row in standings.items():
            if row["acts"]:
                answer.append({"key": key, "kind": kind, "standing": stands, **row, "rate": rate_of(row)})
    return answer


def vouchers(folder, entries):
    """Return per cost what its shares in the files add up to beside the whole of it."""
    shared = {}
    for entry in entries:
        if entry["cost"] is not None:
            shared[entry["cost"]] = shared.get(entry["cost"], 0) + (entry["cost_fen"] or 0)
    return [{"cost": row["cost"], "amount": row["amount_fen"], "shared": shared.get(row["cost"], 0)} for row in read(folder, "costs")]


def option(name, usual):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else usual


if __name__ == "__main__":
    json.dump(reckon(sys.argv[1], option("--by", "kind"), option("--basis", "adopted"), "--posted" in sys.argv), sys.stdout, ensure_ascii=False, indent=1)
