"""The three states of a document row: draft 0, submitted 1, cancelled 2."""


class DocStatus(int):
    """An ``int`` that knows its name; ``DocStatus.DRAFT``, ``.SUBMITTED`` and ``.CANCELLED`` are its values."""

    DRAFT: "DocStatus"
    SUBMITTED: "DocStatus"
    CANCELLED: "DocStatus"

    def is_draft(self) -> bool:
        return self == 0

    def is_submitted(self) -> bool:
        return self == 1

    def is_cancelled(self) -> bool:
        return self == 2


DocStatus.DRAFT, DocStatus.SUBMITTED, DocStatus.CANCELLED = DocStatus(0), DocStatus(1), DocStatus(2)
