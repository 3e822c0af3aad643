-- A shard's row changes with its owner and when its lease is renewed, no more with each commit: while
-- somebody holds an old snapshot open every version of a row is kept, and finding the newest among
-- thousands of them slowed each commit.
ALTER TABLE shard DROP COLUMN sequence, DROP COLUMN batch;

-- Batches of the last minutes, to be asked for after a lost answer.
CREATE TABLE batch (
  id uuid PRIMARY KEY,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  shards smallint[] -- that were written; null if it was asked for before it came, and so never comes
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000);
