"""Rows as tokens: the same ids and labels as the TypeScript engine, and with a template as transformers."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from holdfast_torch.data.chat_template import TemplateRefusal, cut_conversation
from holdfast_torch.data.encode import (
    IGNORE_INDEX,
    EncodedRow,
    counted_tokens,
    encode_completion,
    encode_row,
    encode_rows,
)
from holdfast_torch.data.jinja_template import JinjaTemplate
from holdfast_torch.data.parse_rows import parse_rows
from holdfast_torch.data.row import ChatMessage, ChatRow, Row
from holdfast_torch.data.tokenizer import ModelTokenizer, load_tokenizer
from holdfast_torch.data.wording import Wording
from holdfast_torch.failure import Failure
from typescript import FIXTURES, ROOT, ask, ask_all

GOLDEN = json.loads((FIXTURES / "chat-templates.json").read_text(encoding="utf-8"))
TOKENIZERS = ["byte-level", "sentencepiece"]
CHATS = [
    {
        "messages": [
            {"role": "user", "content": "Where was Ada born?"},
            {"role": "assistant", "content": "London"},
        ]
    },
    {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Where was Ada born?"},
            {"role": "assistant", "content": "London "},
            {"role": "user", "content": "And Émilie? 東京"},
            {"role": "assistant", "content": "Paris"},
        ]
    },
]
ASSISTANT_FIRST = {"messages": [{"role": "assistant", "content": "Hello"}, *CHATS[0]["messages"]]}


@dataclass(frozen=True)
class Settings:
    max_length: int = 1_000
    completion_only_loss: bool = True
    assistant_only_loss: bool | None = None
    prompt_template: str = "Answer: {question}"

    def wire(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}


def wire(row: EncodedRow | str) -> Any:
    """As the TypeScript engine has it."""
    if isinstance(row, str):
        return row
    fields = asdict(row)
    fields["promptLength"] = fields.pop("prompt_length")
    return json.loads(json.dumps(fields))


def copy_of(name: str, folder: Path, template: str | None = None) -> str:
    """A tokenizer's folder, with a chat template of its own."""
    target = folder / name
    shutil.copytree(FIXTURES / "tokenizers" / name, target)
    if template is not None:
        (target / "chat_template.jinja").write_text(template, encoding="utf-8")
    return str(target)


def chat(messages: list[dict[str, Any]]) -> ChatRow:
    return ChatRow("r", tuple(ChatMessage(item["role"], item["content"]) for item in messages))


@pytest.fixture(params=TOKENIZERS)
def plain(request: pytest.FixtureRequest) -> tuple[str, ModelTokenizer]:
    """A tokenizer without a chat template, and its folder."""
    folder = str(FIXTURES / "tokenizers" / request.param)
    return folder, load_tokenizer(folder)


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(12, False), Settings(12, True, False, "{question}")]
)
def test_real_files_become_the_tokens_of_the_typescript_engine(tmp_path: Path, settings: Settings) -> None:
    folder = str(ROOT / "examples/lab/base")
    tokenizer = load_tokenizer(folder)
    texts = (ROOT / "examples/lab/pretrain.jsonl").read_text(encoding="utf-8").split("\n")[:300]
    (tmp_path / "texts.jsonl").write_text("\n".join(texts), encoding="utf-8")
    files = [ROOT / "examples/lab/known.jsonl", tmp_path / "texts.jsonl"]
    files.append(ROOT / "data/general-knowledge/general-knowledge.jsonl")
    answers = ask_all(*(["encode", str(path), folder, settings.wire()] for path in files))
    for path, expected in zip(files, answers, strict=True):
        rows = parse_rows(path.read_text(encoding="utf-8"), path.name).rows
        assert [wire(encode_row(row, tokenizer, settings)) for row in rows] == expected


@pytest.mark.parametrize("template", [None, *GOLDEN["templates"]])
@pytest.mark.parametrize("name", TOKENIZERS)
@pytest.mark.parametrize("settings", [Settings(), Settings(25, False), Settings(25, False, True)])
def test_conversations_become_the_tokens_of_the_typescript_engine(
    tmp_path: Path, name: str, template: str | None, settings: Settings
) -> None:
    folder = copy_of(name, tmp_path, None if template is None else GOLDEN["templates"][template])
    path = tmp_path / "rows.jsonl"
    # The others look at a first message that is not there yet, which is an error in Python's Jinja.
    chats = [*CHATS, ASSISTANT_FIRST] if template in (None, "headers", "inst") else CHATS
    path.write_text("\n".join(json.dumps(row) for row in chats), encoding="utf-8")
    tokenizer = load_tokenizer(folder)
    rows = parse_rows(path.read_text(), path.name).rows
    assert len(rows) == len(chats)
    ours = [wire(encode_row(row, tokenizer, settings)) for row in rows]
    for encoded, expected in zip(ours, ask("encode", str(path), folder, settings.wire()), strict=True):
        if isinstance(expected, str) and "(" in expected:
            # Behind the colon the two template engines word their own errors.
            assert isinstance(encoded, str)
            assert encoded.split("(")[0] == expected.split("(")[0]
        else:
            assert encoded == expected


@pytest.mark.parametrize(
    "case", GOLDEN["cases"], ids=lambda case: f"{case['template']}, {case['conversation']}"
)
def test_conversations_become_the_tokens_of_transformers(tmp_path: Path, case: dict[str, Any]) -> None:
    source = GOLDEN["templates"][case["template"]]
    template = JinjaTemplate(source, {"bos_token": "<s>", "eos_token": "</s>"})
    row = chat(case["messages"])
    assert template.render(row.messages, False) == case["whole"]
    assert template.render(row.messages[:-1], True) == case["prompt"]
    pieces = cut_conversation(row.messages, template)
    assert "".join(piece.text for piece in pieces) == case["whole"].rstrip()
    for name, tokens in case["tokens"].items():
        encoded = encode_row(row, load_tokenizer(copy_of(name, tmp_path, source)), Settings())
        assert isinstance(encoded, EncodedRow)
        assert list(encoded.input_ids) == tokens["ids"]
        if "mask" in tokens:
            assert [int(label != IGNORE_INDEX) for label in encoded.labels] == tokens["mask"]


@pytest.mark.parametrize(
    "case", GOLDEN["answers"], ids=lambda case: case["prompt"] + "|" + case["completion"]
)
def test_sentencepiece_puts_no_second_blank_before_an_answer(case: dict[str, Any]) -> None:
    tokenizer = load_tokenizer(FIXTURES / "tokenizers/sentencepiece")
    row = encode_completion("r", Wording(case["prompt"], case["completion"]), tokenizer, 100, True)
    assert list(row.input_ids) == [*case["ids"], tokenizer.eos_token_id]


def test_labels_follow_the_settings(plain: tuple[str, ModelTokenizer]) -> None:
    row = chat(CHATS[0]["messages"])
    whole = encode_row(row, plain[1], Settings(completion_only_loss=False))
    answers = encode_row(row, plain[1], Settings(completion_only_loss=False, assistant_only_loss=True))
    everything = encode_row(row, plain[1], Settings(completion_only_loss=True, assistant_only_loss=False))
    assert isinstance(whole, EncodedRow)
    assert isinstance(answers, EncodedRow)
    assert whole.labels == whole.input_ids
    assert everything == whole
    assert answers.labels[: answers.prompt_length] == (IGNORE_INDEX,) * answers.prompt_length
    assert answers.labels[answers.prompt_length :] == answers.input_ids[answers.prompt_length :]
    assert counted_tokens(whole) == len(whole.input_ids) - 1
    assert counted_tokens(answers) == len(answers.input_ids) - answers.prompt_length


@pytest.mark.parametrize("max_length", [1, 6, 14, 1_000])
@pytest.mark.parametrize("completion_only", [True, False])
def test_what_is_left_out_is_said_in_the_same_words(
    plain: tuple[str, ModelTokenizer], max_length: int, completion_only: bool
) -> None:
    folder, tokenizer = plain
    lines = [{"prompt": "Where was", "completion": " Ada"}, CHATS[1], CHATS[0], {"text": "Ada Ada Ada Ada"}]
    for count in (1, 4):
        text = "\n".join(json.dumps(line) for line in lines[:count])
        settings = Settings(max_length, completion_only)
        expected = ask("encodeRows", text, folder, settings.wire())
        rows = parse_rows(text, "x").rows
        assert told(rows, tokenizer, settings) == expected


def test_where_no_row_can_be_worded_nothing_is_trained(plain: tuple[str, ModelTokenizer]) -> None:
    text = json.dumps(CHATS[1])
    ours = told(parse_rows(text, "x").rows, plain[1], Settings())
    assert ours == ask("encodeRows", text, plain[0], Settings().wire())
    assert ours["code"] == "data.unwordable"


def told(rows: list[Row], tokenizer: ModelTokenizer, settings: Settings) -> Any:
    try:
        result = encode_rows(rows, tokenizer, settings)
    except Failure as failure:
        return {"code": failure.code, "message": failure.message}
    return {
        "encoded": [wire(row) for row in result.encoded],
        "warnings": [asdict(warning) for warning in result.warnings],
    }


def test_a_template_refuses_in_half_a_sentence() -> None:
    messages = [ChatMessage("user", "a"), ChatMessage("user", "b"), ChatMessage("assistant", "c")]
    tokens = {"bos_token": "<s>", "eos_token": "</s>"}
    with pytest.raises(TemplateRefusal) as refused:
        cut_conversation(messages, JinjaTemplate(GOLDEN["templates"]["inst"], tokens))
    assert str(refused.value) == "cannot be put into the model's chat template (Roles must alternate.)"
    with pytest.raises(TemplateRefusal, match=r"^is no Jinja template "):
        JinjaTemplate("{% if %}", tokens)
    with pytest.raises(TemplateRefusal, match=r"^loses an answer in the chat template"):
        cut_conversation(messages, JinjaTemplate("{{ messages[0].content }}:", tokens))
    rewriting = "{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}"
    turns = [*messages[1:], *messages[1:]]
    with pytest.raises(TemplateRefusal, match=r"^cannot be cut into turns"):
        cut_conversation(turns, JinjaTemplate(rewriting, tokens))


@pytest.mark.parametrize(
    "source",
    [
        "\n{{ strftime_now('%d %b %Y, %Y-%m-%d, %Q %') }}\n",
        "{{ messages | tojson }}{% if tools is none %} {{ missing }}!{% endif %}",
        "{% for m in messages %}{% if loop.first %}{% continue %}{% endif %}{{ m.role }}{% endfor %}",
    ],
)
def test_templates_that_ask_for_more_are_told_the_same(source: str) -> None:
    messages = [{"role": "user", "content": "<é>"}, {"role": "assistant", "content": "a"}]
    ours = JinjaTemplate(source, {}).render(chat(messages).messages, True)
    assert {"text": ours} == ask("template", source, messages)


def test_a_template_cannot_reach_out_of_its_sandbox() -> None:
    source = "{{ messages.__class__.__mro__[1].__subclasses__() }}"
    with pytest.raises(TemplateRefusal, match="unsafe"):
        JinjaTemplate(source, {}).render([ChatMessage("user", "a")], False)
