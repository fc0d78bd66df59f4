"""The tables of the records. What each column holds is said beside it; what may be done with them lies elsewhere."""

from ecluse.records.tables.appeals import Appeal, Complaint
from ecluse.records.tables.audit import AuditHead, AuditRow
from ecluse.records.tables.base import Table
from ecluse.records.tables.business import (
    BusinessAccount,
    BusinessApp,
    BusinessBlock,
    BusinessConversation,
    BusinessDelivery,
    BusinessMedia,
    BusinessMessage,
    BusinessNumber,
    BusinessReport,
    BusinessRequest,
    BusinessTemplate,
    BusinessVersion,
    BusinessWebhook,
)
from ecluse.records.tables.cases import Case, CaseEntry, CaseEvidence, CaseLetter, CaseParty, Erasure
from ecluse.records.tables.notices import Notice, Statement
from ecluse.records.tables.partners import PartnerDay, PartnerDocument, PartnerRow, PartnerToken
from ecluse.records.tables.refusals import OpenRefusals
from ecluse.records.tables.reports import Report, Reporter
from ecluse.records.tables.rumours import FactCheck
from ecluse.records.tables.sanctions import (
    GateAct,
    Restriction,
    Review,
    Sanction,
    SanctionStrike,
    Signature,
    Strike,
    TermsKept,
)
from ecluse.records.tables.written import Written

for _table in Table.metadata.tables.values():
    if "id" in _table.columns and _table.columns["id"].autoincrement is True:
        _table.kwargs["sqlite_autoincrement"] = True  # a number is never given again: the audit names rows by theirs

__all__ = [
    "Appeal",
    "AuditHead",
    "AuditRow",
    "BusinessAccount",
    "BusinessApp",
    "BusinessBlock",
    "BusinessConversation",
    "BusinessDelivery",
    "BusinessMedia",
    "BusinessMessage",
    "BusinessNumber",
    "BusinessReport",
    "BusinessRequest",
    "BusinessTemplate",
    "BusinessVersion",
    "BusinessWebhook",
    "Case",
    "CaseEntry",
    "CaseEvidence",
    "CaseLetter",
    "CaseParty",
    "Complaint",
    "Erasure",
    "FactCheck",
    "GateAct",
    "Notice",
    "OpenRefusals",
    "PartnerDay",
    "PartnerDocument",
    "PartnerRow",
    "PartnerToken",
    "Report",
    "Reporter",
    "Restriction",
    "Review",
    "Sanction",
    "SanctionStrike",
    "Signature",
    "Statement",
    "Strike",
    "Table",
    "TermsKept",
    "Written",
]
