"""Words for searching: one plain form for what is stored and what is asked, so that width, case, spaces, plural and language don't matter.

What is stored (`search_text`) carries the other language's words with it; what is asked (`terms`) stays short. A needle is a substring to look for.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

# 中文 words to the left, English to the right: a text that holds one of a line gets the first words of the other side.
_BRIDGE: Final = """
桌 写字台|desk table
椅|chair seat
凳|stool bench
沙发|sofa couch
柜 橱|cabinet cupboard locker
衣柜 更衣柜|wardrobe locker
书架 货架 层架 置物架 架类|shelf rack shelving bookshelf
书柜|bookcase
床|bed cot bunk
茶几|coffeetable
屏风 隔断|screen partition
家具|furniture
计算机 电脑 微机|computer pc
台式计算机 台式电脑 台式机|desktop
便携式计算机 笔记本|laptop notebook
平板电脑|tablet
服务器|server
打印机|printer
复印机|photocopier copier
扫描仪|scanner
投影|projector
一体机|multifunction allinone
显示器 显示屏 显示设备|monitor display
电视|television tv
空调|airconditioner airconditioning
碎纸机|shredder
白板|whiteboard
电话|telephone phone
传真|fax
照相机 相机 数码相机|camera
摄像机 监控|camera camcorder video
音响 音箱 扬声器|speaker loudspeaker
麦克风 话筒 传声器|microphone
对讲机|radio walkietalkie
路由器|router
交换机|switch
不间断电源|ups
发电机|generator
电池|battery
冰箱 冷柜|refrigerator fridge freezer
饮水机|waterdispenser
洗衣机|washingmachine
微波炉|microwave
风扇 电扇|fan
取暖器|heater
车辆 汽车|vehicle car
轿车|car sedan saloon
客车|bus coach
货车 卡车|truck lorry
挂车|trailer
叉车|forklift
摩托车|motorcycle
自行车|bicycle bike
帐篷|tent
旗|flag
伞|umbrella
护栏 围栏|barrier fence
灯|lamp light
窗帘|curtain
地毯|carpet
被服 被褥 棉被|bedding blanket quilt
毛毯 毯子|blanket
睡袋|sleepingbag
头盔 安全帽|helmet
灭火器|extinguisher
体育 运动 健身|athletic sporting sports fitness gym
跑步机|treadmill
集装箱|container
储物箱 周转箱|box container
梯|ladder
工具|tool
仪器|instrument
望远镜|binocular
手电|flashlight
背包|backpack bag
除颤|defibrillator aed
轮椅|wheelchair
钟|clock
房屋 用房|building premises room
讲台 讲桌|lectern podium
舞台|stage
黑板|blackboard
"""
# 机床 and 车床 are machine tools, 桌面 may be software: a word inside them names another thing.
_OTHER_THINGS: Final = re.compile(r"[机车铣钻刨磨镗]床|临床|床位费|桌面(?:软件|系统|云)|旗下|旗舰")
_HEADS: Final = frozenset("桌椅凳柜床架几箱灯车台屏钟伞旗毯被梯板")
_LATIN = re.compile(r"[a-z0-9]+")
_RUNS = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")


def normalize(text: str) -> str:
    """Return the plain form: NFKC, case folded, nothing but letters and digits ('Ａ４ 打印机' → 'a4打印机')."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _split(text: str) -> list[str]:
    return _RUNS.findall(unicodedata.normalize("NFKC", text).casefold().replace("_", " "))


def _singular(word: str) -> str:
    """Cut an English plural so far that it is found in both forms ('chairs' → 'chair', 'batteries' → 'batter', 'benches' → 'bench')."""
    if len(word) < 4 or not word.isascii() or not word.isalpha() or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3]
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else word[:-1]


def _lines() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    lines = (line.split("|") for line in _BRIDGE.strip().splitlines())
    return tuple((tuple(line[0].split()), tuple(dict.fromkeys(" ".join(line[1:]).split()))) for line in lines)


_LINES: Final = _lines()
_BY_ENGLISH: Final = {_singular(word): chinese for chinese, english in reversed(_LINES) for word in english}


@lru_cache(maxsize=8192)
def bridged(text: str) -> tuple[str, ...]:
    """Return the other language's words for the common things a text names ('办公桌' → 'desk', 'table'; 'OFFICE CHAIRS' → '椅')."""
    plain = _OTHER_THINGS.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    found = [word for chinese, english in _LINES if any(word in plain for word in chinese) for word in english]
    words = [_singular(word) for word in _LATIN.findall(plain)]
    pairs = [first + second for first, second in pairwise(words)]
    found += [word for english in (*words, *pairs) if english in _BY_ENGLISH for word in _BY_ENGLISH[english]]
    return tuple(dict.fromkeys(found))


def search_text(*parts: str) -> str:
    """Return what to store for searching: the plain form of every part, then the other language's words, one space between them."""
    plain = [normalize(part) for part in parts if part]
    others = [word for part in parts if part for word in bridged(part)]
    return " ".join(dict.fromkeys(word for word in (*plain, *others) if word))


def terms(query: str) -> list[str]:
    """Return the needles that must all be found: words at spaces, punctuation and changes of script, singular; letters and digits only.

    A needle never holds a wildcard, so it goes into LIKE as it is. No needle means that the query asks nothing.
    """
    return list(dict.fromkeys(_headword(word) for word in _split(query)))


def _headword(word: str) -> str:
    """Return the part of a word that names the thing: 桌子 is a 桌, chairs are a chair."""
    if len(word) > 1 and word[-1] == "子" and word[-2] in _HEADS:
        return word[:-1]
    return _singular(word)


def fallback_terms(query: str) -> list[list[str]]:
    """Return looser needles for a query without hits: of each inner list one must be found, of the outer all.

    办公桌椅 asks for 办公 with 桌 or 椅; another word of two characters for either of them; a longer one for any two neighbours in it.
    English and numbers stay as they are.
    """
    groups: list[list[str]] = []
    for word in terms(query):
        if word.isascii() or len(word) < 2:
            groups.append([word])
        elif word[-1] in _HEADS and word[-2] in _HEADS:
            groups += [[word[:-2]]] if len(word) > 2 else []
            groups.append(list(dict.fromkeys(word[-2:])))
        elif len(word) == 2:
            groups.append(list(dict.fromkeys(word)))
        else:
            groups.append(list(dict.fromkeys(word[i : i + 2] for i in range(len(word) - 1))))
    return groups
