"""TRL's plain prompt and completion."""

from holdfast_torch.data.formats.format import Record, text_problem
from holdfast_torch.data.row import CompletionRow, Row


class PromptCompletionFormat:
    """`{"prompt": ..., "completion": ...}`. The completion brings its own leading space."""

    name = "prompt/completion"

    def matches(self, record: Record) -> bool:
        """Looks at the keys only."""
        return "prompt" in record and "completion" in record

    def parse(self, record: Record, row_id: str) -> Row | str:
        """The row, or half a sentence."""
        problem = text_problem(record, "prompt") or text_problem(record, "completion")
        return problem or CompletionRow(row_id, record["prompt"], record["completion"])
