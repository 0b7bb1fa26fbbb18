"""Words of scripts that set no blanks between words, and of Korean, are found wherever they stand."""

from collections.abc import Sequence

import pytest

from incident_tui.format.model.document import Document
from incident_tui.format.model.located import located_entries
from incident_tui.search.engine import Search
from incident_tui.search.index.bodies import distinct
from incident_tui.search.query import parse
from incident_tui.search.wrapped_lines import spans_of_lines

from ..days import DAY

SENTENCES = {
    "Chinese": ("订单服务导致请求超时，数据库连接池耗尽。", "超时", "连接池", "磁盘"),
    "Japanese": ("東京で障害が発生しました。サーバのメモリ不足です。", "障害", "メモリ不足", "停電"),
    "halfwidth kana": ("ｻｰﾊﾞｰがﾀｲﾑｱｳﾄしました", "タイム", "タイムアウト", "ディスク"),
    "Korean": ("주문서비스장애가발생했습니다. 데이터베이스에서 오류가 났다.", "오류", "장애", "지연"),
    "Thai": ("ระบบสั่งซื้อล่มเพราะหมดเวลาเชื่อมต่อ", "ล่ม", "หมดเวลา", "ดิสก์เต็ม"),
    "Lao": ("ລະບົບຂັດຂ້ອງເພາະໝົດເວລາ", "ຂັດ", "ໝົດເວລາ", "ດິສ"),
    "Khmer": ("ប្រព័ន្ធគាំងដោយសារអស់ពេល", "គាំង", "អស់ពេល", "ថាស"),
    "Burmese": ("စနစ်ပျက်သွားသည်အချိန်ကုန်", "ပျက်", "အချိန်", "ဒစ်"),
}
SCRIPTS = pytest.mark.parametrize(("sentence", "short", "long", "absent"), SENTENCES.values(), ids=SENTENCES)


def searched(*entries: tuple[str, str]) -> Search:
    """The entries of these titles and bodies, the first one the newest."""
    text = "".join(
        f"## M-2026-01-{28 - number}T00:00:00Z {title}\n\n- type: incident\n- tags: t\n\n{body}\n\n"
        for number, (title, body) in enumerate(entries)
    )
    search = Search(located_entries(Document.parse(text.encode())))
    search.finish()
    return search


def rows(search: Search, query: str) -> list[int]:
    return list(search.find(parse(query, DAY)).rows)


def evidence_of(search: Search, query: str) -> list[str]:
    line = search.evidence(parse(query, DAY), 0).line
    return [line.text[start:stop] for start, stop in line.spans] if line else []


@SCRIPTS
def test_a_word_is_found_anywhere_in_a_body(sentence: str, short: str, long: str, absent: str) -> None:
    search = searched(("plain", "nothing"), ("pool", f"**Summary**\n\n{sentence}"))
    for word in (short, long):
        for query in (word, f'"{word}"', f"in:summary {word}", f'in:summary "{word}"', f"pool {word}"):
            assert rows(search, query) == [1], query
        assert rows(search, f"-{word}") == rows(search, f'-"{word}"') == [0]
        assert rows(search, f"in:cause {word}") == []
    for query in (absent, f'"{absent}"', f"in:summary {absent}"):
        assert rows(search, query) == [], query
    assert rows(search, f"-{absent}") == [0, 1]


@SCRIPTS
def test_a_word_is_found_in_titles_and_tags_first(sentence: str, short: str, long: str, absent: str) -> None:
    search = searched(("plain", sentence), (sentence, "nothing"))
    for word in (short, long):
        assert rows(search, word) == [1, 0]
        assert rows(search, f"-{word}") == []
    assert rows(search, f"-{absent}") == [0, 1]


@SCRIPTS
def test_what_matched_is_shown_and_marked(sentence: str, short: str, long: str, absent: str) -> None:
    search = searched(("pool", f"**Summary**\n\nfirst line\n\n{sentence}"))
    for word in (short, long):
        (marked,) = evidence_of(search, word)
        assert parse(marked, DAY).words
        assert marked.startswith(word) or sentence.startswith("ｻ")
        assert search.spans(parse(absent, DAY), sentence) == []


def test_every_place_in_a_run_is_marked() -> None:
    search = searched(("pool", "超时之后又超时"))
    assert evidence_of(search, "超时") == ["超时", "超时"]


def test_one_character_is_a_word_too() -> None:
    search = searched(("a", "数据库的锁"), ("b", "数据库"), ("c", "锁"))
    assert rows(search, "锁") == [0, 2]
    assert rows(search, "-锁") == [1]


def test_characters_that_stand_apart_are_not_the_word() -> None:
    search = searched(("a", "请求很多，要求超过，超时"), ("b", "请求超时"))
    assert rows(search, '"请求超时"') == [1]
    assert rows(search, "-请求超时") == [0]
    assert rows(searched(("a", "时超")), "超时") == []


def test_a_phrase_goes_on_over_signs_line_ends_and_other_scripts() -> None:
    search = searched(("a", "第3号机房断电，请求超\n时；HTTP超时"))
    for phrase in ("3号机房", "号机房断", "请求超时", "http超时", "断电 请求"):
        assert rows(search, f'"{phrase}"') == [0], phrase
    for phrase in ("3号机断", "13号机房", "http请求"):
        assert rows(search, f'"{phrase}"') == [], phrase


def test_the_end_of_a_run_is_found_however_long_it_is() -> None:
    search = searched(("a", "我" * 30 + "们".join("天地人和") + "他" * 500 + "超时"))
    assert rows(search, "超时") == rows(search, "他超时") == [0]


def test_vowel_signs_tell_words_apart_and_tone_marks_do_not() -> None:
    search = searched(("a", "ปิดระบบ"), ("b", "ปลดระบบ"), ("c", "ระบบล่ม"))
    assert rows(search, "ปิด") == [0]
    assert rows(search, "-ปิด") == [1, 2]
    assert rows(search, "ลม") == rows(search, "ล่ม") == [2]


def test_a_voiced_kana_is_one_in_either_unicode_form() -> None:
    search = searched(("a", "\u30c6\u3099\u30fc\u30bf\u30d8\u3099\u30fc\u30b9"))  # base letters, marks set apart
    assert rows(search, "データベース") == rows(search, "データ") == [0]


def test_a_korean_syllable_is_not_found_in_another() -> None:
    search = searched(("a", "오류가 났다"), ("b", "오륜 대회"))
    assert rows(search, "-오류") == [1]
    assert rows(search, '"오류"') == [0]
    assert rows(search, "오류") == [0, 1]  # while it is typed, the last syllable may go on


def test_a_question_in_other_words_finds_what_holds_most_of_it() -> None:
    search = searched(("a", "磁盘已满"), ("b", "订单服务导致请求超时"))
    assert rows(search, "订单服务超时") == [1]
    assert search.spans(parse("订单服务超时", DAY), "订单服务导致请求超时") == [(0, 4), (8, 10)]
    assert rows(search, "订阅磁带") == []


def test_sections_are_named_by_a_part_of_their_title() -> None:
    search = searched(("a", "**根本原因**\n\n连接泄漏\n\n**概要**\n\n超时"))
    assert rows(search, "in:原因 泄漏") == [0]
    assert rows(search, "in:原因 超时") == []


def test_a_tag_is_offered_by_a_part_of_it() -> None:
    data = "## M-2026-01-01T00:00:00Z a\n\n- tags: 请求超时, redis\n\nx\n".encode()
    search = Search(located_entries(Document.parse(data)))
    assert [one.text for one in search.complete("tag:超时", 6, DAY)] == ["请求超时"]
    assert search.complete("tag:dis", 7, DAY) == []


def test_an_alert_is_matched_by_the_words_in_its_runs() -> None:
    search = searched(("a", "磁盘已满，无法写入日志文件"), ("数据库连接池耗尽", "x"), ("c", "nothing"))
    assert [match.row for match in search.match("告警：磁盘已满")] == [0]
    assert [match.row for match in search.match("连接池耗尽告警")] == [1]


def test_of_ordinary_text_no_more_is_indexed_than_its_words() -> None:
    assert distinct("Grüße an die Böcke, the pool's".encode()) == {"grusse", "an", "die", "bocke", "the", "pool", "s"}
    assert distinct("HTTP超时了 ok".encode()) == {"http", "超时", "时了", "ok"}


@pytest.mark.parametrize(
    ("lines", "spans"),
    [
        (["请求超", "时了"], [["超"], ["时"]]),
        (["  请求超 ", "  时了，超时"], [["超"], ["时", "超时"]]),
        (["超时", "超时"], [["超时"], ["超时"]]),
        (["超", "", "时"], [[], [], []]),
        (["- 超", "- 时"], [[], []]),
        (["the 超时", "time"], [["超时"], []]),
        ([], []),
    ],
)
def test_a_word_that_a_line_end_breaks_is_marked_on_both_lines(lines: list[str], spans: list[list[str]]) -> None:
    search = searched(("a", "超时"))

    def marked(found: Sequence[list[tuple[int, int]]]) -> list[list[str]]:
        return [[line[start:stop] for start, stop in each] for line, each in zip(lines, found, strict=True)]

    query = parse("超时", DAY)
    assert marked(spans_of_lines(lines, lambda texts: [search.spans(query, text) for text in texts])) == spans
