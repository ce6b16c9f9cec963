"""Who lives in the demonstration world: organizations of an invented Sichuan city and one person per duty. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from assetpool.core.errors import N_
from assetpool.org.models import Role

PASSWORD = "rongjiang-demo"
ROOT = "SC"
CITY = "RJ"


class Body(NamedTuple):
    """An organization of the demonstration world; `parent` is the code of the one above it."""

    code: str
    name: str
    name_en: str
    kind: str
    parent: str
    own_budget: bool = True
    telephone: str = ""


ORGANIZATIONS: tuple[Body, ...] = (
    Body("SC", "四川省", "Sichuan Province", "province", ""),
    Body("LS", "乐山市", "Leshan City", "city", "SC"),
    Body("RJ", "蓉江市", "Rongjiang City", "city", "SC", telephone="028-0000 0100"),
    Body("RJ-JGJ", "蓉江市机关事务管理局", "Rongjiang Government Offices Administration", "department", "RJ", telephone="028-0000 0110"),
    Body("RJ-CZJ", "蓉江市财政局", "Rongjiang Finance Bureau", "department", "RJ", telephone="028-0000 0120"),
    Body("RJ-SJJ", "蓉江市审计局", "Rongjiang Audit Bureau", "department", "RJ"),
    Body("RJ-JYJ", "蓉江市教育局", "Rongjiang Education Bureau", "department", "RJ", telephone="028-0000 0130"),
    Body("RJ-TYJ", "蓉江市体育局", "Rongjiang Sports Bureau", "department", "RJ", telephone="028-0000 0140"),
    Body("RJ-WJW", "蓉江市卫生健康委员会", "Rongjiang Health Commission", "department", "RJ", telephone="028-0000 0150"),
    Body("RJ-WLJ", "蓉江市文化和旅游局", "Rongjiang Culture and Tourism Bureau", "department", "RJ"),
    Body("RJ-DYH", "大运会蓉江赛区执委会", "Universiade Organizing Office, Rongjiang", "temporary", "RJ-TYJ", False),
    Body("RJ-SYH", "市运会组委会", "City Games Organizing Office", "temporary", "RJ-TYJ", False),
    Body("QY", "青岩县", "Qingyan County", "county", "RJ", telephone="028-0000 0200"),
    Body("QY-JYJ", "青岩县教育局", "Qingyan Education Bureau", "department", "QY"),
    Body("LJ", "临江区", "Linjiang District", "county", "RJ"),
    Body("LJ-MZJ", "临江区民政局", "Linjiang Civil Affairs Bureau", "department", "LJ"),
    Body("LJ-PCB", "临江区普查办公室", "Linjiang Census Office", "temporary", "LJ", False),
    Body("BS", "白石县", "Baishi County", "county", "RJ"),
    Body("BS-WHG", "白石县文化馆", "Baishi Culture House", "department", "BS"),
    Body("BS-DAG", "白石县档案馆", "Baishi Archives", "department", "BS"),
    Body("XH", "溪河市", "Xihe City", "city", "SC"),
    Body("XH-JYJ", "溪河市教育局", "Xihe Education Bureau", "department", "XH"),
)


@dataclass(frozen=True)
class Inhabitant:
    """A person with what they do: roles as (role, organization's code), the first one is where they sit."""

    username: str
    name: str
    duty: str
    roles: tuple[tuple[str, str], ...]
    shown: bool = True


PEOPLE: tuple[Inhabitant, ...] = (
    Inhabitant("chenjing", "陈静", N_("Asset clerk, Education Bureau: gives idle things away"), ((Role.CLERK, "RJ-JYJ"),)),
    Inhabitant("zhaoming", "赵明", N_("Head, Education Bureau: endorses"), ((Role.HEAD, "RJ-JYJ"),)),
    Inhabitant("yangfan", "杨帆", N_("Event organizer, Sports Bureau: asks for things"), ((Role.ORGANIZER, "RJ-TYJ"), (Role.CLERK, "RJ-TYJ"))),
    Inhabitant("zhoumin", "周敏", N_("Pool manager: approves"), ((Role.APPROVER, "RJ-JGJ"), (Role.APPROVER, ROOT))),
    Inhabitant("liuqiang", "刘强", N_("Keeper of the central store: hands over and takes back"), ((Role.KEEPER, "RJ-JGJ"), (Role.KEEPER, ROOT))),
    Inhabitant("zhenglan", "郑岚", N_("Reviewer, Finance Bureau: accepts or rejects savings"), ((Role.REVIEWER, "RJ-CZJ"), (Role.REVIEWER, ROOT))),
    Inhabitant("xuning", "许宁", N_("Auditor: reads everything, changes nothing"), ((Role.AUDITOR, "RJ-SJJ"),)),
    Inhabitant("qianhui", "钱慧", N_("Finance: books, vouchers, opening statements"), ((Role.FINANCE, "RJ-CZJ"), (Role.FINANCE, ROOT))),
    Inhabitant("fengtao", "冯涛", N_("Valuer: sets prices and rents"), ((Role.VALUER, "RJ-CZJ"), (Role.VALUER, ROOT))),
    Inhabitant("admin", "罗远", N_("Administrator: organizations, people, rules"), ((Role.ADMINISTRATOR, "RJ-JGJ"), (Role.ADMINISTRATOR, ROOT))),
    Inhabitant("sunli", "孙丽", N_("Asset clerk, Health Commission: borrows and takes over"), ((Role.CLERK, "RJ-WJW"),)),
    Inhabitant("heyu", "何雨", N_("Keeper, Qingyan County branch"), ((Role.KEEPER, "QY"),)),
    Inhabitant("wujuan", "吴娟", N_("Second keeper of the central store"), ((Role.KEEPER, "RJ-JGJ"), (Role.KEEPER, ROOT)), False),
    Inhabitant("gaofeng", "高峰", N_("Second approver: stands in for the pool manager"), ((Role.APPROVER, "RJ-JGJ"), (Role.APPROVER, ROOT)), False),
    Inhabitant("majun", "马骏", N_("Organizer of the Universiade office"), ((Role.ORGANIZER, "RJ-DYH"),), False),
    Inhabitant("linxiao", "林晓", N_("Asset clerk, Culture and Tourism Bureau"), ((Role.CLERK, "RJ-WLJ"),), False),
    Inhabitant("luotao", "罗涛", N_("Head, Baishi County: endorses what the county asks for"), ((Role.HEAD, "BS"),), False),
    Inhabitant("yulin", "余琳", N_("Asset clerk, Baishi Culture House"), ((Role.CLERK, "BS-WHG"),), False),
    Inhabitant("hanxue", "韩雪", N_("Asset clerk, Xihe Education Bureau"), ((Role.CLERK, "XH-JYJ"),), False),
    Inhabitant("pengyu", "彭宇", N_("Organizer of the Linjiang census office"), ((Role.ORGANIZER, "LJ-PCB"),), False),
    Inhabitant("liangyu", "梁雨", N_("Asset clerk, Linjiang Civil Affairs Bureau"), ((Role.CLERK, "LJ-MZJ"),), False),
    Inhabitant("shenlan", "沈兰", N_("Asset clerk, Baishi Archives: asks"), ((Role.CLERK, "BS-DAG"),), False),
    Inhabitant("taoran", "陶然", N_("Second clerk, Baishi Archives: records what was signed on paper"), ((Role.CLERK, "BS-DAG"),), False),
    Inhabitant("tangwei", "唐薇", N_("Asset clerk, Qingyan Education Bureau"), ((Role.CLERK, "QY-JYJ"),), False),
    Inhabitant("laoli", "李大勇", N_("Gate of the central store: lets the right truck out, once"), ((Role.GATE, "RJ-JGJ"), (Role.GATE, ROOT))),
)


class SignIn(NamedTuple):
    """A sign-in as the page and the command show it."""

    name: str
    duty: str
    login: str
    password: str


SIGN_INS: tuple[SignIn, ...] = tuple(SignIn(person.name, person.duty, person.username, PASSWORD) for person in PEOPLE if person.shown)

INVITED = ("demo-culture-festival", "246810")
"""Link and code of the organizer who was let in without an account; the code works once, as everywhere."""
