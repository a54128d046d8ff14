"""The facts of a run: asked once, kept in the run folder and, between runs, in the cache."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import events_of, make_run, of_type
from holdfast_torch.data.encode import encode_row
from holdfast_torch.data.row import ChatMessage, ChatRow, CompletionRow, QuestionRow
from holdfast_torch.data.tokenizer import load_tokenizer
from holdfast_torch.distributed.world import ALONE
from holdfast_torch.evaluation.fact import create_fact
from holdfast_torch.evaluation.knowledge import Inquiry, InquirySettings, ask_rows
from holdfast_torch.folder.paths import run_paths
from holdfast_torch.model.language_model import LanguageModel
from holdfast_torch.protocol.command_box import open_command_box
from holdfast_torch.protocol.event_log import open_event_log
from holdfast_torch.protocol.run_file import read_run_file
from holdfast_torch.run.context import RunContext
from holdfast_torch.run.facts import PreparedFacts, prepare_facts
from lab import LAB, ROOT, TEMPLATE, lab_model, lab_rows, lab_tokenizer

TRAINED = 16


def prepare(folder: Path, model: LanguageModel, trained: str = "new-facts", **probes: Any) -> PreparedFacts:
    settings = {
        "sets": [{"name": "lab", "file": str(LAB / "held.jsonl")}],
        "prompts": [TEMPLATE],
        "num_prompts": 1,
        "num_fewshot": 1,
        "max_facts": 20,
        "max_forgetting": 1,
        "on_exceeded": "warn",
        **probes,
    }
    if not folder.exists():
        make_run(folder, prompt_template=TEMPLATE, probes=settings)
    paths = run_paths(folder)
    log = open_event_log(paths.events)
    context = RunContext(
        paths,
        read_run_file(paths),
        log,
        open_command_box(paths.commands),
        ALONE,
        torch.device("cpu"),
        lambda: False,
    )
    try:
        return prepare_facts(context, model, lab_tokenizer(), lab_rows(trained, TRAINED))
    finally:
        log.close()


def probed(folder: Path) -> int:
    """How often the base was really asked."""
    return len([event for event in of_type(events_of(folder), "progressed") if event["phase"] == "probing"])


def test_held_known_and_new(tmp_path: Path) -> None:
    prepared = prepare(tmp_path / "run", lab_model())
    sets = [(fact.set, fact.source) for fact in prepared.facts]
    assert 14 <= sets.count(("held", "lab")) <= 20
    assert sets.count(("new", "train")) == prepared.train_knowledge["new"]
    assert prepared.train_knowledge["new"] >= 12
    assert sum(prepared.train_knowledge.values()) == TRAINED
    assert len(prepared.known_rows) == prepared.train_knowledge["known"]
    assert prepared.warnings == ()


def test_facts_that_training_touches_are_not_held(tmp_path: Path) -> None:
    prepared = prepare(tmp_path / "run", lab_model(), trained="held")
    asked = {question.question for question in lab_rows("held", TRAINED) if isinstance(question, QuestionRow)}
    assert not asked & {fact.question for fact in prepared.facts if fact.set == "held"}
    assert prepared.train_knowledge["known"] >= 12


def test_a_later_attempt_does_not_ask_again(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first = prepare(folder, lab_model())
    asked = probed(folder)
    assert asked > 0
    moved = lab_model()
    with torch.no_grad():
        moved.hf.model.norm.weight.zero_()
    assert prepare(folder, moved).facts == first.facts
    assert probed(folder) == asked


def test_runs_of_one_project_share_what_the_base_knows(tmp_path: Path) -> None:
    runs = tmp_path / ".holdfast" / "runs"
    first = prepare(runs / "one", lab_model())
    assert len(list((tmp_path / ".holdfast/cache/answers").iterdir())) == 1
    again = prepare(runs / "two", lab_model())
    assert again.facts == first.facts
    assert probed(runs / "two") == 0
    other = lab_model()
    with torch.no_grad():
        other.hf.model.norm.weight.mul_(1.001)
    prepare(runs / "three", other)
    prepare(runs / "four", lab_model(), max_facts=19)
    assert probed(runs / "three") > 0
    assert probed(runs / "four") > 0


def test_a_damaged_cache_is_asked_anew(tmp_path: Path) -> None:
    runs = tmp_path / ".holdfast" / "runs"
    first = prepare(runs / "one", lab_model())
    (kept,) = (tmp_path / ".holdfast/cache/answers").iterdir()
    kept.write_text(json.dumps({"train": {"a": "perhaps"}, "held": {}}))
    assert prepare(runs / "two", lab_model()).facts == first.facts


def test_a_model_that_knows_nothing_is_warned_of(tmp_path: Path) -> None:
    ignorant = lab_model()
    with torch.no_grad():
        ignorant.hf.model.norm.weight.zero_()
    prepared = prepare(tmp_path / "run", ignorant)
    assert [notice.code for notice in prepared.warnings] == ["probes.nothing-known"]
    assert "none of the 20 probe facts" in prepared.warnings[0].message


def test_several_prompts_must_all_be_answered_right() -> None:
    rows = lab_rows("held", 12)
    settings = InquirySettings(num_prompts=2, num_fewshot=2, seed=1, batch_size=8)
    nonsense = "Tell me nothing of {question} please"
    inquiries = [
        Inquiry(rows, [TEMPLATE], rows),
        Inquiry(rows, [TEMPLATE, nonsense], rows),
        Inquiry(rows, [nonsense], rows),
        Inquiry(rows, None, rows),
    ]
    told: list[tuple[int, int]] = []
    well, mixed, badly, shot = ask_rows(
        lab_model(), lab_tokenizer(), inquiries, settings, lambda *at: told.append(at)
    )
    assert sum(one.knowledge == "known" for one in well) >= 9
    known = [one for one, plain in zip(mixed, well, strict=True) if plain.knowledge == "known"]
    assert {one.knowledge for one in known} <= {"known", "maybe"}
    assert "maybe" in {one.knowledge for one in known}
    assert all(
        one.knowledge == "new" or one.said[0] in row.answers for one, row in zip(badly, rows, strict=True)
    )  # type: ignore[union-attr]
    assert {len(one.said) for one in shot} == {2}
    assert told[-1] == (12 * 6, 12 * 6)


@pytest.mark.parametrize(
    "row",
    [
        CompletionRow("a", "Where was Ada born?", " London"),
        QuestionRow("b", "Where was Ada born?", ("London", "London, England")),
        ChatRow("c", (ChatMessage("user", "Where was Ada born?"), ChatMessage("assistant", "London"))),
    ],
)
@pytest.mark.parametrize("model", ["tiny-llama", "tiny-qwen2"])
def test_a_fact_is_asked_in_the_tokens_it_is_trained_in(row: Any, model: str) -> None:
    tokenizer = load_tokenizer(ROOT / "test/fixtures/models" / model)

    class Settings:
        max_length = 100
        completion_only_loss = True
        assistant_only_loss = None
        prompt_template = TEMPLATE

    encoded = encode_row(row, tokenizer, Settings())
    assert not isinstance(encoded, str)
    fact = create_fact(row, "new", "train", TEMPLATE, tokenizer)
    assert fact.prompt_ids + fact.answer_ids[0] == encoded.input_ids
    assert len(fact.prompt_ids) == encoded.prompt_length
    assert len(fact.answer_ids) == len(fact.answers)
