"""The teacher-forced check against real decoding, and against the plain computation row by row."""

from dataclasses import replace

import pytest
import torch
from holdfast_torch.evaluation.answers import decode_facts
from holdfast_torch.evaluation.drift import TraceRecorder
from holdfast_torch.evaluation.fact import Fact
from holdfast_torch.evaluation.teacher_forced import ForcedSettings, check_teacher_forced
from holdfast_torch.model.language_model import LanguageModel
from holdfast_torch.model.layout import LayoutMode
from lab import lab_facts, lab_model, lab_tokenizer

FACTS = lab_facts(60)


def plainly(model: LanguageModel, fact: Fact) -> bool:
    """Row by row, with all logits of the whole model."""
    for answer in fact.answer_ids:
        ids = torch.tensor([[*fact.prompt_ids, *answer]])
        with torch.no_grad():
            said = model.hf(input_ids=ids, use_cache=False).logits[0].argmax(-1)
        start = len(fact.prompt_ids) - 1
        if said[start : start + len(answer)].tolist() == list(answer):
            return True
    return False


@pytest.mark.parametrize("mode", ["tree", "padded"])
@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_says_what_the_plain_computation_says(mode: LayoutMode, batch_size: int) -> None:
    model = lab_model(mode)
    wanted = [plainly(model, fact) for fact in FACTS]
    assert 5 < sum(wanted) < 55, "facts of both kinds, else the test shows little"
    assert check_teacher_forced(model, FACTS, ForcedSettings(batch_size)) == wanted


def test_agrees_with_real_decoding() -> None:
    model = lab_model()
    decoded = decode_facts(model, lab_tokenizer(), FACTS, 16)
    assert [one.correct for one in decoded] == check_teacher_forced(model, FACTS, ForcedSettings(16))


def test_any_accepted_answer_will_do_and_part_of_one_will_not() -> None:
    model = lab_model()
    settings = ForcedSettings(8)
    right = next(fact for fact in FACTS if check_teacher_forced(model, [fact], settings) == [True])
    (answer,) = right.answer_ids
    assert len(answer) > 1
    wrong = (*answer[:-1], answer[-1] + 1)
    several = replace(right, answer_ids=(wrong, answer, (7, 8, 9)))
    endless = replace(right, answer_ids=(answer[:-1], wrong))
    assert check_teacher_forced(model, [several], settings) == [True]
    assert check_teacher_forced(model, [replace(right, answer_ids=(wrong,))], settings) == [False]
    # Without its end token an answer is judged as far as it goes.
    assert check_teacher_forced(model, [endless], settings) == [True]


def test_no_facts_and_facts_without_a_prompt() -> None:
    model = lab_model()
    assert check_teacher_forced(model, [], ForcedSettings(8)) == []
    nothing = replace(FACTS[0], prompt_ids=(), answer_ids=((5,),))
    assert check_teacher_forced(model, [nothing, FACTS[0]], ForcedSettings(8))[0] is False


def test_traces_the_last_prompt_token_of_the_wanted_facts() -> None:
    model = lab_model()
    wanted = frozenset({0, 3, 29})
    recorder = TraceRecorder(wanted, (2, 4))
    check_teacher_forced(model, FACTS, ForcedSettings(16, recorder))
    assert set(recorder.traces) == wanted
    for index in wanted:
        states, logits = plain_state(model, FACTS[index])
        trace = recorder.traces[index]
        for layer in (2, 4):
            torch.testing.assert_close(trace.hidden[layer], states[layer], rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(trace.log_probabilities, logits.log_softmax(-1), rtol=1e-4, atol=1e-4)


def plain_state(model: LanguageModel, fact: Fact) -> tuple[dict[int, torch.Tensor], torch.Tensor]:
    """Of the prompt alone: what the layers say at its last token, and the logits of the next one."""
    states: dict[int, torch.Tensor] = {}

    def keep(layer: int) -> None:
        def hook(_module: object, _inputs: object, output: object) -> None:
            state = output[0] if isinstance(output, tuple) else output
            assert isinstance(state, torch.Tensor)
            states[layer] = state.reshape(-1, state.shape[-1])[-1]

        model.layers[layer - 1].register_forward_hook(hook)

    keep(2)
    keep(4)
    with torch.no_grad():
        return states, model.hf(input_ids=torch.tensor([list(fact.prompt_ids)])).logits[0, -1]


def test_only_batches_with_traced_facts_are_run_where_that_is_all_that_is_wanted() -> None:
    model = lab_model()
    rows: list[int] = []
    whole = model.lay_out
    model.lay_out = lambda given: rows.append(len(given)) or whole(given)  # type: ignore[func-returns-value,method-assign]
    recorder = TraceRecorder(frozenset({0}), (4,))
    check_teacher_forced(model, FACTS, ForcedSettings(16, recorder, traced_only=True))
    assert len(rows) == 1
    full = TraceRecorder(frozenset({0}), (4,))
    check_teacher_forced(model, FACTS, ForcedSettings(16, full))
    # The very same batch, so the very same bits.
    assert torch.equal(recorder.traces[0].log_probabilities, full.traces[0].log_probabilities)


def test_progress_reaches_its_end() -> None:
    told: list[tuple[int, int]] = []
    check_teacher_forced(lab_model(), FACTS, ForcedSettings(16, on_progress=lambda *at: told.append(at)))
    assert told[-1] == (60, 60)
