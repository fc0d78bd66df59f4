"""What Alembic runs: the migrations, on the connection and in the transaction that it is given."""

from alembic import context

from ecluse.desk.tables import DeskTable

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=DeskTable.metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
