"""Data files: the same rows, ids and problems as the TypeScript engine."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from holdfast_torch.base.random import create_random
from holdfast_torch.data.knowledge import (
    is_accepted,
    knowledge_from,
    majority_share,
    normalise_question,
    without_trained,
)
from holdfast_torch.data.load_rows import load_rows
from holdfast_torch.data.parse_rows import ParsedRows, parse_rows
from holdfast_torch.data.row import CompletionRow, QuestionRow, Row, TextRow
from holdfast_torch.data.wording import (
    FewShotPool,
    answers_of,
    few_shot_prompts,
    is_asking,
    question_of,
    word_row,
)
from holdfast_torch.failure import Failure
from holdfast_torch.protocol.run_file import DataFingerprint
from typescript import ROOT, ask, ask_all

LAB = ROOT / "examples/lab"
FILES = [
    *(LAB / name for name in ("facts.jsonl", "held.jsonl", "known.jsonl", "new-facts.jsonl", "train.jsonl")),
    LAB / "pretrain.jsonl",
    ROOT / "data/general-knowledge/general-knowledge.jsonl",
]

USER = {"role": "user", "content": "q"}
SAYS = {"role": "assistant", "content": "a"}
RECORDS: list[Any] = [
    {"text": "plain"},
    {"text": " \u00a0\ufeff"},
    {"text": 5},
    {"prompt": "p", "completion": "c"},
    {"prompt": "p", "completion": ["c"]},
    {"prompt": [USER], "completion": [SAYS]},
    {"prompt": "", "completion": "c"},
    {"prompt": "\x1c", "completion": "\x85"},
    {"question": "q", "answers": ["a", "b"], "subject": "s", "relation": "r", "more": 1},
    {"question": "q", "answers": ["a"], "subject": 4, "relation": None},
    {"question": "q", "answers": []},
    {"question": "q", "answers": ["a", "  "]},
    {"question": "q", "answers": "a"},
    {"question": 3, "answers": ["a"]},
    {"messages": [USER, SAYS]},
    {"messages": [{"role": "system", "content": ""}, USER, SAYS, USER, SAYS]},
    {"messages": [USER]},
    {"messages": []},
    {"messages": {}},
    {"messages": [SAYS]},
    {"messages": [USER, SAYS, {"role": "system", "content": "s"}, USER, SAYS]},
    {"messages": [USER, {"role": "tool", "content": "t"}, SAYS]},
    {"messages": [USER, {"content": "t"}, SAYS]},
    {"messages": [USER, {"role": "assistant", "content": None}]},
    {"messages": [USER, {"role": "assistant", "content": " "}]},
    {"messages": ["q", SAYS]},
    {"messages": [["q"], SAYS]},
    {"messages": [None]},
    {"messages": None, "prompt": "p", "completion": "c"},
    {"instruction": "i", "input": "more", "output": "o", "system": "s", "history": [["q", "a"], ["r", "b"]]},
    {"instruction": "i", "input": "", "output": "o", "system": "", "history": []},
    {"instruction": "i", "input": None, "output": "o"},
    {"instruction": "i", "input": 1, "output": "o"},
    {"instruction": "i", "system": [], "output": "o"},
    {"instruction": "i", "output": "o", "history": [["q"]]},
    {"instruction": "i", "output": "o", "history": "q"},
    {"instruction": "", "output": "o"},
    {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}], "system": "s"},
    {"conversations": [{"from": "toString", "value": "q"}]},
    {"conversations": [{"value": "q"}]},
    {"conversations": [None, 3, "x"]},
    {"conversations": [{"from": "human", "value": 1}]},
    {"conversations": "q"},
    {"conversations": [], "system": 1},
    {"b": 1, "10": 1, "a": 1, "2": 1, "-1": 1, "01": 1, "x": 1},
    {},
    [],
    None,
    5,
    "text",
]
LINES = [
    *(json.dumps(record) for record in RECORDS),
    '{"text": "half',
    '{"text": NaN}',
    '{"text": "x"} {}',
    "  ",
    "\u00a0",
    "\ufeff{}",
    '\u2028{"text": "x"}',
    '{"text": "\\ud83d"}',
    '{"text": "control \t"}',
    "x" * 59 + "🙂🙂",
    '{"text": "big", "n": ' + "9" * 5_000 + "}",
    '{"prompt":"a","prompt":"b","completion":"c"}',
]
TEXTS = [
    "\n".join(LINES),
    "\ufeff" + "\r\n".join(LINES[:4]),
    json.dumps(RECORDS),
    " \n" + json.dumps(RECORDS, indent=1),
    "[" + LINES[0],
    "[]",
    "",
    "\n\n",
]


def wire(row: Row) -> dict[str, Any]:
    """A row as the TypeScript engine has it."""
    kinds = {TextRow: "text", CompletionRow: "completion", QuestionRow: "question"}
    fields = {key: value for key, value in asdict(row).items() if value is not None}
    return {"kind": kinds.get(type(row), "chat"), **json.loads(json.dumps(fields))}


def told(parsed: ParsedRows) -> dict[str, Any]:
    rows = [wire(row) for row in parsed.rows]
    return {"rows": rows, "problems": [asdict(problem) for problem in parsed.problems]}


def rows_of(path: Path) -> list[Row]:
    return parse_rows(path.read_text(encoding="utf-8"), path.name).rows


def test_odd_records_are_read_as_the_typescript_engine_reads_them() -> None:
    for text, expected in zip(TEXTS, ask_all(*(["parse", text, "x.jsonl"] for text in TEXTS)), strict=True):
        assert told(parse_rows(text, "x.jsonl")) == expected


def test_real_files_are_read_as_the_typescript_engine_reads_them() -> None:
    for path, expected in zip(FILES, ask_all(*(["parseFile", str(path)] for path in FILES)), strict=True):
        ours = told(parse_rows(path.read_bytes().decode("utf-8", "replace"), path.name))
        assert ours == expected
        assert ours["problems"] == []


def test_bytes_that_are_no_utf8_are_replaced_alike(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "a\xff\xe6\x9db \xf0\x9f\x99"}\n{"text": "\xed\xa0\xbd"}\n{"te')
    loaded = load_rows(str(path), [])
    expected = ask("loadRows", str(path), [])
    assert [wire(row) for row in loaded.rows] == expected["rows"]
    assert [asdict(warning) for warning in loaded.warnings] == expected["warnings"]


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b'{"text": 1}\n{'])
def test_a_file_without_rows_is_refused_in_the_same_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "none.jsonl"
    path.write_bytes(data)
    with pytest.raises(Failure) as caught:
        load_rows(str(path), [])
    assert {"code": caught.value.code, "message": caught.value.message} == ask("loadRows", str(path), [])


def test_a_changed_file_is_refused_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a"}\n')
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    fingerprints = [DataFingerprint(str(path), before, path.stat().st_size)]
    assert len(load_rows(str(path), fingerprints).rows) == 1
    path.write_text('{"text": "b"}\n')
    with pytest.raises(Failure) as caught:
        load_rows(str(path), fingerprints)
    wire_fingerprints = [asdict(item) for item in fingerprints]
    assert {"code": caught.value.code, "message": caught.value.message} == ask(
        "loadRows", str(path), wire_fingerprints
    )
    assert caught.value.code == "data.changed"


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(
        Failure, match=r"no\.jsonl could not be read \(No such file or directory\): give"
    ) as caught:
        load_rows(str(tmp_path / "no.jsonl"), [])
    assert caught.value.code == "data.missing"
    with pytest.raises(Failure, match=r"could not be read \(Is a directory\)"):
        load_rows(str(tmp_path), [])


@pytest.mark.parametrize("template", ["Answer: {question}", "{question}\n{question} ", "{question}\u3000"])
def test_rows_are_worded_alike(template: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(TEXTS[0].replace("q", "q {question} $&"), encoding="utf-8")
    for file in (path, FILES[-1]):
        rows = [row for row in parse_rows(file.read_bytes().decode(), file.name).rows if is_asking(row)]
        ours = [
            {**asdict(word_row(row, template)), "question": question_of(row), "answers": [*answers_of(row)]}
            for row in rows
        ]
        assert ours == ask("wordings", str(file), template)
        assert len(ours) > 5


@pytest.mark.parametrize(("count", "exemplars"), [(3, 4), (1, 0), (2, 60), (1, 500)])
def test_few_shot_prompts_are_alike(count: int, exemplars: int) -> None:
    for path in (LAB / "held.jsonl", FILES[-1], LAB / "known.jsonl"):
        rows = [row for row in rows_of(path) if is_asking(row)]
        pool = FewShotPool(rows)
        random = create_random(9, "few-shot")
        ours = [few_shot_prompts(row, pool, count, exemplars, random) for row in rows[:40]]
        assert ours == ask("fewShot", str(path), 9, count, exemplars)


def test_few_shot_prompts_never_show_the_question_itself() -> None:
    rows = [
        QuestionRow(f"r{index}", question, ("a",), relation=relation)
        for index, (question, relation) in enumerate(
            [("q1", "x"), ("q1", "x"), ("q2", "x"), ("q3", "y"), ("q4", None)]
        )
    ]
    random = create_random(1)
    for row in rows:
        for prompt in few_shot_prompts(row, rows, 5, 4, random):
            *shots, last = prompt.split("Q: ")[1:]
            assert last == f"{row.question}\nA:"
            assert not any(shot.startswith(row.question) for shot in shots)


def test_knowledge_is_judged_alike() -> None:
    rows: list[Any] = [
        {
            "question": "Where  was \uff21DA born?!",
            "answers": [" London ", "UK"],
            "subject": "Ada",
            "relation": "P1",
        },
        {"question": "who", "answers": ["x", "x"], "subject": "Bob", "relation": "P1"},
        {"prompt": "Q: what? ", "completion": " y"},
        {"question": "where was ada BORN .", "answers": ["London"]},
        {"question": "else", "answers": ["London"], "subject": "\uff21DA", "relation": "P1"},
        {"question": "else", "answers": ["z"], "subject": "Ada", "relation": "P2"},
        {"question": "Q:\u00a0What", "answers": ["y"]},
        {"question": "\u1e9e ΑΣ", "answers": ["y"]},
        {"question": "?.!:", "answers": ["y"]},
        {"messages": [USER, SAYS]},
    ]
    answers = [" London\nmore", "UK", "uk", "", "y\u2028", "x\n", "\ufeffy", "a"]
    text = "\n".join(json.dumps(row) for row in rows)
    expected = ask("knowledge", text, answers)
    asking = [row for row in parse_rows(text, "x").rows if is_asking(row)]
    assert [normalise_question(question_of(row)) for row in asking] == expected["normalised"]
    assert [[is_accepted(answer, row) for answer in answers] for row in asking] == expected["accepted"]
    assert [row.id for row in without_trained(asking, asking[:3])] == expected["untouched"]
    majority = majority_share(asking)
    assert majority is not None
    assert {"answer": majority[0], "share": majority[1]} == expected["majority"]


def test_known_is_right_under_every_prompt() -> None:
    asked = [[], [False], [False, True], [True, True]]
    assert [knowledge_from(correct) for correct in asked] == ["new", "new", "maybe", "known"]
    assert majority_share([]) is None
