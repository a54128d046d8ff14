"""A model's tokenizer: the ids of the TypeScript engine, and what is wrong with one in one sentence."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from holdfast_torch.data.chat_template import TemplateRefusal
from holdfast_torch.data.tokenizer import clean_up_spaces, load_tokenizer
from holdfast_torch.failure import Failure
from typescript import FIXTURES, ROOT, ask

FOLDERS = [
    FIXTURES / "tokenizers/byte-level",
    FIXTURES / "tokenizers/sentencepiece",
    FIXTURES / "models/tiny-llama",
    FIXTURES / "models/tiny-qwen2",
    ROOT / "examples/lab/base",
]
FAST = {"tokenizer_class": "PreTrainedTokenizerFast"}
TEXTS = [
    "",
    "a",
    " ",
    "\n",
    "Where  was\nÉmilie 東京 🙂?",
    " London",
    "</s> inside <s>",
    "it 's , n't ok . ' x '",
    "\tx\r\n\ny ",
    "half \ud83d of one",
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_ids_are_those_of_the_typescript_engine(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    expected = ask("tokenizer", str(folder), TEXTS)
    ours = [
        {
            "start": tokenizer.encode_start(text),
            "rest": tokenizer.encode_rest(text),
            "rendered": tokenizer.encode_rendered(text),
            "decoded": tokenizer.decode(tokenizer.encode_start(text)),
        }
        for text in TEXTS
    ]
    assert ours == expected["texts"]
    special = [token for token in range(tokenizer.size) if tokenizer.is_special(token)]
    assert special == expected["special"]
    assert sorted(tokenizer.newline_token_ids) == expected["newlines"]
    assert (tokenizer.eos_token_id, tokenizer.size) == (expected["eos"], expected["size"])


def test_spaces_are_cleaned_up_as_transformers_did() -> None:
    spaced = "a . b ? c ! d , e ' f is n't g 'm h 's i 've j 're"
    assert clean_up_spaces(spaced) == "a. b? c! d, e'f isn't g'm h's i've j're"


def edited(folder: Path, name: str = "byte-level", **files: Any) -> Path:
    """A copy of a tokenizer's folder with files put in the place of its own; None: taken out."""
    target = folder / "base"
    shutil.copytree(FIXTURES / "tokenizers" / name, target)
    for key, content in files.items():
        path = target / key.replace("__", ".")
        if content is None:
            path.unlink()
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return target


def test_without_padding_the_end_token_pads(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(edited(tmp_path))
    assert tokenizer.hf.pad_token_id is None
    assert tokenizer.pad_token_id == tokenizer.eos_token_id
    padded = {**FAST, "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<s>"}
    other = load_tokenizer(edited(tmp_path / "other", tokenizer_config__json=padded))
    assert other.pad_token_id == other.encode_rendered("<s>")[0]


def test_an_end_token_that_the_tokenizer_adds_is_taken_off(tmp_path: Path) -> None:
    source = json.loads((FIXTURES / "tokenizers/byte-level/tokenizer.json").read_text(encoding="utf-8"))
    plain = load_tokenizer(FIXTURES / "tokenizers/byte-level")
    end = plain.eos_token_id
    source["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"</s>": {"id": "</s>", "ids": [end], "tokens": ["</s>"]}},
    }
    tokenizer = load_tokenizer(edited(tmp_path, tokenizer__json=source))
    assert tokenizer.hf("Ada")["input_ids"][-1] == end
    assert tokenizer.encode_start("Ada") == plain.encode_rendered("Ada")
    assert tokenizer.encode_start("Ada</s>") == [*plain.encode_rendered("Ada"), end]


def test_the_end_token_may_be_named_by_the_model_alone(tmp_path: Path) -> None:
    folder = edited(tmp_path, tokenizer_config__json=FAST, generation_config__json={"eos_token_id": [7, 8]})
    assert load_tokenizer(folder).eos_token_id == 7


CONFIG = {**FAST, "bos_token": {"content": "<s>", "__type": "AddedToken"}, "eos_token": "</s>"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"tokenizer_config__json": {**CONFIG, "chat_template": 5}}, None),
        ({"tokenizer_config__json": {**CONFIG, "chat_template": "{{ bos_token }}"}}, "<s>"),
        (
            {
                "tokenizer_config__json": {
                    **CONFIG,
                    "chat_template": [
                        {"name": "tool_use", "template": "no"},
                        {"name": "default", "template": "{{ eos_token }}"},
                    ],
                }
            },
            "</s>",
        ),
        ({"tokenizer_config__json": {**CONFIG, "chat_template": "no"}, "chat_template__jinja": "yes"}, "yes"),
    ],
)
def test_the_chat_template_of_a_folder(tmp_path: Path, files: dict[str, Any], expected: str | None) -> None:
    chat = load_tokenizer(edited(tmp_path, **files)).chat
    assert (None if chat is None else chat.render([], False)) == expected


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{% if %}", r"the chat template of \S+/base is no Jinja template \(.+\): take"),
        ([{"name": "tool_use", "template": "x"}], r"base is a list without a template called default: take"),
    ],
)
def test_an_unreadable_template_is_in_the_way_of_conversations_only(
    tmp_path: Path, template: Any, problem: str
) -> None:
    tokenizer = load_tokenizer(edited(tmp_path, tokenizer_config__json={**CONFIG, "chat_template": template}))
    assert tokenizer.chat is not None
    with pytest.raises(TemplateRefusal, match=problem):
        tokenizer.chat.render([], False)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            {"tokenizer__json": "[]"},
            r"base/tokenizer\.json is not a JSON object: copy or download it again\.$",
        ),
        (
            {"tokenizer__json": None},
            r"base has no tokenizer\.json: save the tokenizer there with AutoTokenizer",
        ),
        (
            {"tokenizer__json": '{"added_tokens": [null]}'},
            r"base/tokenizer\.json could not be read \(.+\): save",
        ),
        ({"tokenizer_config__json": "x"}, r"base/tokenizer_config\.json is not a JSON object: copy"),
        (
            {"tokenizer_config__json": FAST},
            r"base/tokenizer\.json names no end-of-sequence token: set eos_token",
        ),
    ],
)
def test_an_unusable_tokenizer_is_refused_in_one_sentence(
    tmp_path: Path, files: dict[str, Any], problem: str
) -> None:
    with pytest.raises(Failure, match=problem) as caught:
        load_tokenizer(edited(tmp_path, **files))
    assert caught.value.code == "model.tokenizer"
    assert "\n" not in caught.value.message


def test_more_tokens_than_the_embedding_has_rows_are_refused() -> None:
    folder = FIXTURES / "models/tiny-llama"
    size = load_tokenizer(folder).size
    assert load_tokenizer(folder, vocab_size=size).size == size
    with pytest.raises(
        Failure, match=f"has {size} tokens, the model's embedding {size - 1} rows: use the tok"
    ):
        load_tokenizer(folder, vocab_size=size - 1)


CODE = """
from transformers import PreTrainedTokenizer
open({proof!r}, "w").close()
class Own(PreTrainedTokenizer):
    vocab_files_names = {{}}
    def __init__(self, **kwargs):
        self.words = {{"<s>": 0, "a": 1, "b": 2, chr(10): 3}}
        super().__init__(eos_token="<s>", **kwargs)
    @property
    def vocab_size(self): return len(self.words)
    def get_vocab(self): return dict(self.words)
    def _tokenize(self, text, **kwargs): return list(text)
    def _convert_token_to_id(self, token): return self.words.get(token, 0)
    def _convert_id_to_token(self, index): return next(w for w, i in self.words.items() if i == index)
    def convert_tokens_to_string(self, tokens): return "".join(tokens)
    def save_vocabulary(self, *args, **kwargs): return ()
"""


def test_a_tokenizer_that_is_a_program_runs_only_when_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules"))
    proof = tmp_path / "ran"
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own.py").write_text(CODE.format(proof=str(proof)))
    config = {"tokenizer_class": "Own", "auto_map": {"AutoTokenizer": ["own.Own", None]}}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    (folder / "vocab.json").write_text("{}")
    with pytest.raises(
        Failure, match="set trust_remote_code: true to run it, which lets it do anything"
    ) as caught:
        load_tokenizer(folder)
    assert caught.value.code == "model.remote-code"
    assert not proof.exists()
    tokenizer = load_tokenizer(folder, trust_remote_code=True)
    assert proof.exists()
    assert tokenizer.encode_start("ab") == [1, 2]
    assert tokenizer.decode([2, 1, 0]) == "ba"
    assert tokenizer.newline_token_ids == {3}
