"""Plain text."""

from holdfast_torch.data.formats.format import Record, text_problem
from holdfast_torch.data.row import Row, TextRow


class TextFormat:
    """`{"text": ...}`, for continued pre-training."""

    name = "text"

    def matches(self, record: Record) -> bool:
        """Looks at the keys only."""
        return "text" in record

    def parse(self, record: Record, row_id: str) -> Row | str:
        """The row, or half a sentence."""
        return text_problem(record, "text") or TextRow(row_id, record["text"])
