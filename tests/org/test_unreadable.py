"""What no row can hold is answered as an address at which nothing is, never as a fault of ours: on PostgreSQL a zero character, anywhere a huge number."""

from __future__ import annotations

from flask import Flask

from tests import world as worlds
from tests.walking import send

database_template = worlds.template
HUGE = 10**30


def test_a_zero_character_or_a_huge_number_is_no_fault_of_ours(app: Flask) -> None:
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    stranger, keeper, administrator = app.test_client(), worlds.sign_in(app, "keeper"), worlds.sign_in(app, "administrator")
    asked = [(stranger, "/v?number=%00&check=A"), (stranger, "/v/%00/AAAA"), (stranger, "/a/%00"), (stranger, "/s/%00"), (stranger, f"/api/v1/files/{HUGE}")]
    asked += [(keeper, f"/{name}/%00") for name in ("trips", "gate", "stocktakes", "repairs", "requisitions", "handovers", "intakes", "transfers")]
    asked += [(keeper, "/find?q=%00"), (keeper, "/find?q=a%00b"), (keeper, "/trips/new?slip=%00"), (administrator, "/admin/personal-data?number=%00")]
    asked += [(administrator, f"/admin/people/{HUGE}")]
    assert {path: status for client, path in asked if (status := client.get(path, follow_redirects=True).status_code) >= 500} == {}
    sent = [
        send(stranger, "/sign-in", {"username": "a\0b", "password": "x"}),
        send(stranger, "/gate", {"pin": "1\0", "name": "a\0b"}),
        send(administrator, "/admin/people/new", {"name": "a\0b", "username": "x\0y", "password": "12345678", "organization": 1, "role": "clerk"}),
        send(administrator, "/admin/organizations/new", {"name": "a\0b", "code": "x\0y", "parent": 1, "kind": "city"}),
        send(keeper, f"/stocktakes/plans/{HUGE}/end", {}, page="/stocktakes/plans"),
    ]
    assert [answer.status_code for answer in sent if answer.status_code >= 500] == []
    assert keeper.get("/").status_code == 200
