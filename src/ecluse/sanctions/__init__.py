"""From strikes to sanctions: the ladder, decisions and signatures, notices, statements of reasons, appeals.

Plain functions within a transaction of ``ecluse.records.Records.writing``; time is an argument.
"""
